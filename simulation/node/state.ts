/** `state.json`: how the node's programs are, written inside the node. */
import { readFileSync } from "node:fs";
import { nodePath } from "./folder.ts";

export interface NodeProgramState {
  readonly name: string;
  /** How often it was started again since the node's start. */
  readonly restarts: number;
  /** ISO 8601. */
  readonly upSince: string;
  readonly lastEnd: string | undefined;
}

export interface NodeState {
  readonly phase: "starting" | "running" | "stopping" | "failed";
  /** Why it failed. */
  readonly failure?: string;
  readonly processes: readonly NodeProgramState[];
}

/** The last written state, of a node that may be gone; `undefined` when there is none. */
export function readNodeState(clusterFolder: string): NodeState | undefined {
  try {
    return JSON.parse(readFileSync(nodePath(clusterFolder, "state"), "utf8")) as NodeState;
  } catch {
    return undefined;
  }
}
