/** Where a simulated cluster keeps its things: one folder for each stack, under `.quint/clusters/`. */
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";

/** Paths of one cluster's folder. Directories end in `Folder`, files do not. */
export interface ClusterFolder {
  readonly stack: string;
  readonly folder: string;
  readonly pkiFolder: string;
  readonly etcdFolder: string;
  readonly logsFolder: string;
  /** Administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** What the cluster was started from: spec, ports, versions. Written by `startCluster` alone. */
  readonly description: string;
  /** What runs now: supervisor and processes. Written by the supervisor alone. */
  readonly state: string;
  /** Held by the supervisor as long as it lives. */
  readonly supervisorLock: string;
  /** KWOK's configuration: options and Stages. */
  readonly kwokConfiguration: string;
  readonly schedulerConfiguration: string;
}

/** The folder that holds every cluster of a clone. */
function clustersFolder(root: string): string {
  return join(resolve(root), ".quint", "clusters");
}

/** Held by whoever starts or stops the cluster of `stack`. Beside the folder, so that the folder can be wiped. */
export function startLock(root: string, stack: string): string {
  return join(clustersFolder(root), `${stack}.lock`);
}

/** Paths of the cluster of `stack` in the clone at `root`. Touches no file. */
export function clusterFolder(root: string, stack: string): ClusterFolder {
  return atFolder(join(clustersFolder(root), stack), stack);
}

/** The same, for a process that was given the folder itself. */
export function atFolder(folder: string, stack: string): ClusterFolder {
  return {
    stack,
    folder,
    pkiFolder: join(folder, "pki"),
    etcdFolder: join(folder, "etcd"),
    logsFolder: join(folder, "logs"),
    kubeconfig: join(folder, "kubeconfig"),
    description: join(folder, "cluster.json"),
    state: join(folder, "state.json"),
    supervisorLock: join(folder, "supervisor.lock"),
    kwokConfiguration: join(folder, "kwok.yaml"),
    schedulerConfiguration: join(folder, "scheduler.yaml"),
  };
}

/** Stacks that have a cluster folder in the clone at `root`, sorted. */
export function stacksWithCluster(root: string): string[] {
  try {
    return readdirSync(clustersFolder(root), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  } catch {
    return []; // No cluster was ever started here.
  }
}
