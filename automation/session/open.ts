/** Opens a stack for a run: `local` has become a cluster, and it is known whether it stands in for another one. */
import { existsSync } from "node:fs";
import {
  kubeconfigOf,
  openStack,
  type ClusterOverride,
  type OpenStack,
  type StackOverrides,
} from "../../config/index.ts";
import { clusterFolder } from "../../simulation/folder.ts";
import { capability } from "../../simulation/node/capability.ts";
import { findOnPath } from "../../simulation/programs/ensure.ts";
import { cachedProgram } from "../../simulation/programs/cache.ts";
import { dockerEngine, type Docker } from "../cluster/docker.ts";

export interface OpenOptions {
  readonly root: string;
  readonly stack: string;
  readonly overrides: StackOverrides;
}

export interface OpenedStack extends OpenStack {
  /** Whether the run puts another cluster in place of the stack's own. Such a run shares no state with the others. */
  readonly apart: boolean;
  /** Why `local` did not become something better, one line each. */
  readonly refusals: readonly string[];
}

/** What `local` is on this machine. */
export interface LocalChoice {
  readonly type: ClusterOverride;
  readonly refusals: readonly string[];
}

/** What a choice looks at. */
export interface LocalMachine {
  /** Whether the stack has a cluster of containers on this machine. */
  readonly hasKind: boolean;
  /** Whether it has a simulated one. */
  readonly hasSimulated: boolean;
  readonly docker: () => Docker;
  /** Whether `kind` is there or can be built. */
  readonly kindToBeHad: () => boolean;
  readonly realNode: () => ReturnType<typeof capability>;
}

/** @throws SettingsError as `openStack` does. */
export function openForRun({ root, stack, overrides }: OpenOptions): OpenedStack {
  const opened = openStack({ root, stack, overrides });
  if (opened.writtenCluster !== "local") {
    const apart = overrides.cluster !== undefined && overrides.cluster !== opened.writtenCluster;
    return { ...opened, apart, refusals: [] };
  }
  const choice = chooseLocal(machineOf(root, stack));
  // Who says how much runs for real wants the cluster that has a real node.
  const cluster = overrides.cluster ?? (overrides.real === undefined ? choice.type : "embedded");
  return {
    ...openStack({ root, stack, overrides: { ...overrides, cluster } }),
    apart: cluster !== choice.type,
    refusals: overrides.cluster === undefined ? choice.refusals : [],
  };
}

/** The best that there can be; but what is there already stays, with everything on it. */
export function chooseLocal(machine: LocalMachine): LocalChoice {
  if (machine.hasKind) return { type: "kind", refusals: [] };
  const refusals: string[] = [];
  if (!machine.hasSimulated) {
    const docker = machine.docker();
    if ("version" in docker && machine.kindToBeHad()) return { type: "kind", refusals: [] };
    const reason = "reason" in docker ? docker.reason : "there is neither `kind` nor Go to build it with";
    refusals.push(`No kind cluster: ${reason}.`);
  }
  const node = machine.realNode();
  if (node.able) return { type: "embedded", refusals };
  return { type: "simulated", refusals: [...refusals, `No real node: ${node.reason}. ${node.remedy}`] };
}

function machineOf(root: string, stack: string): LocalMachine {
  const { settings } = openStack({ root, stack, overrides: { cluster: "kind" } });
  return {
    hasKind: existsSync(kubeconfigOf(settings, root)),
    hasSimulated: existsSync(clusterFolder(root, stack).kubeconfig),
    docker: dockerEngine,
    kindToBeHad: () =>
      [findOnPath("kind"), findOnPath("go")].some(Boolean) || existsSync(cachedProgram("kind")),
    realNode: capability,
  };
}
