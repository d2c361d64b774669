/** Tells how a real node is. */
import { clusterFolder } from "../folder.ts";
import { seeProcesses } from "../process/identity.ts";
import { realNodeName } from "./addresses.ts";
import { readMachineState } from "./machine-state.ts";
import { type NodePlan, readPlan } from "./plan.ts";
import { livingSupervisor } from "./start.ts";
import { type NodeProgramState, readNodeState } from "./state.ts";
import { isInGroup } from "./namespace-process.ts";

export interface RealNodeStatus {
  readonly name: string;
  /** `orphaned`: the supervisor was killed; the next start or stop clears away what is left. */
  readonly phase: "starting" | "running" | "stopping" | "failed" | "orphaned" | "stopped";
  readonly failure?: string | undefined;
  readonly processes: readonly NodeProgramState[];
  /** Images that run for real, with the version made here and what it lacks. */
  readonly images: NodePlan["images"];
  /** Services that do not answer on this machine, and why. */
  readonly problems: readonly string[];
  /** Resident memory of the node's programs and of its containers, in bytes. */
  readonly memoryBytes: number;
  /** NetworkPolicies bind nothing on it. */
  readonly enforcesNetworkPolicy: false;
}

/** Status of the real node of a stack's cluster; `undefined` when it never had one. Changes nothing. */
export function realNodeStatus(options: {
  readonly root: string;
  readonly stack: string;
}): RealNodeStatus | undefined {
  const paths = clusterFolder(options.root, options.stack);
  const plan = readPlan(paths.folder);
  if (plan === undefined) return undefined;
  const machine = readMachineState(paths.folder);
  const state = readNodeState(paths.folder);
  const lives = livingSupervisor(paths) !== undefined;
  return {
    name: realNodeName,
    phase: lives ? (state?.phase ?? "starting") : machine === undefined ? "stopped" : "orphaned",
    failure: state?.failure,
    processes: lives ? (state?.processes ?? []) : [],
    images: plan.images.filter(({ reference }) => reference !== plan.pauseReference),
    problems: machine?.problems ?? [],
    memoryBytes: (lives ? seeProcesses() : [])
      .filter(({ pid }) => isInGroup(pid, plan.group))
      .reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
    enforcesNetworkPolicy: false,
  };
}
