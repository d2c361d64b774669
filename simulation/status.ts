/** How the processes of simulated clusters are. */
import { administratorClient } from "./api/credentials.ts";
import { readDescription } from "./control-plane/description.ts";
import type { Ports } from "./control-plane/launch.ts";
import { clusterFolder, type ClusterFolder, stacksWithCluster } from "./folder.ts";
import { type RealNodeStatus, realNodeStatus } from "./node/index.ts";
import { hasCondition } from "./objects/conditions.ts";
import { type SeenProcess, seeProcess } from "./process/identity.ts";
import { nameIn, processesOfFolder } from "./process/leftovers.ts";
import { livingSupervisor } from "./supervision/living.ts";
import type { ProcessState, SupervisorState } from "./supervision/state.ts";

export interface ProcessStatus {
  readonly name: string;
  /** `undefined` while it waits to be started again. */
  readonly pid: number | undefined;
  /** How often it was started again since the cluster's start. */
  readonly restarts: number;
  /** ISO 8601. */
  readonly upSince: string;
  /** How it last ended, e.g. `SIGKILL`. */
  readonly lastEnd: string | undefined;
  /** Resident memory in bytes; 0 while it does not run. */
  readonly memoryBytes: number;
}

export interface ClusterStatus {
  readonly stack: string;
  readonly folder: string;
  /** `orphaned`: the supervisor was killed and left processes; the next start or stop ends them. */
  readonly phase: SupervisorState["phase"] | "stopped" | "orphaned";
  /** The supervisor first. Empty when the cluster is stopped. */
  readonly processes: readonly ProcessStatus[];
  readonly ports: Ports | undefined;
  readonly server: string | undefined;
  readonly kubeconfigPath: string;
  readonly kubernetesVersion: string | undefined;
  /** `undefined` when the API server does not answer. */
  readonly nodes: { readonly ready: number; readonly total: number } | undefined;
  /** Resident memory of the processes, in bytes; the real node counts its own. */
  readonly memoryBytes: number;
  /** The node on which containers run; `undefined` where there never was one. */
  readonly realNode: RealNodeStatus | undefined;
}

/** Status of one stack's cluster, or of every cluster of the clone. Changes nothing. */
export async function clusterStatus(options: { root: string; stack?: string }): Promise<ClusterStatus[]> {
  const stacks = options.stack === undefined ? stacksWithCluster(options.root) : [options.stack];
  return await Promise.all(
    stacks.map(async (stack) => ({
      ...(await statusOf(clusterFolder(options.root, stack))),
      realNode: realNodeStatus({ root: options.root, stack }),
    })),
  );
}

async function statusOf(paths: ClusterFolder): Promise<Omit<ClusterStatus, "realNode">> {
  const description = readDescription(paths);
  const running = livingSupervisor(paths);
  const left = running ? [] : processesOfFolder(paths.folder);
  const processes = running
    ? [supervisorStatus(running), ...running.processes.map(processStatus)]
    : left.map(leftStatus);
  return {
    stack: paths.stack,
    folder: paths.folder,
    phase: running?.phase ?? (left.length > 0 ? "orphaned" : "stopped"),
    processes,
    ports: description?.ports,
    server: description?.server,
    kubeconfigPath: paths.kubeconfig,
    kubernetesVersion: description?.versions["kube-apiserver"],
    nodes:
      running?.phase === "running" && description ? await countNodes(paths, description.server) : undefined,
    memoryBytes: processes.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
  };
}

function supervisorStatus({ supervisor, startedAt }: SupervisorState): ProcessStatus {
  const state = {
    name: "supervisor",
    identity: supervisor,
    restarts: 0,
    upSince: startedAt,
    lastEnd: undefined,
  };
  return processStatus(state);
}

function processStatus({ name, identity, restarts, upSince, lastEnd }: ProcessState): ProcessStatus {
  const seen = identity && seeProcess(identity.pid);
  const memoryBytes = seen?.started === identity?.started ? (seen?.memoryBytes ?? 0) : 0;
  return { name, pid: identity?.pid, restarts, upSince, lastEnd, memoryBytes };
}

function leftStatus(seen: SeenProcess): ProcessStatus {
  const { pid, memoryBytes } = seen;
  return { name: nameIn(seen), pid, restarts: 0, upSince: "", lastEnd: undefined, memoryBytes };
}

async function countNodes(paths: ClusterFolder, server: string): Promise<ClusterStatus["nodes"]> {
  const client = administratorClient(paths, server, () => false);
  try {
    const nodes = await client.list("/api/v1/nodes");
    return { ready: nodes.filter((node) => hasCondition(node, "Ready")).length, total: nodes.length };
  } catch {
    return undefined;
  } finally {
    client.close();
  }
}
