/** `state.json`: what runs, written by the supervisor and read by everyone else. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type { ClusterFolder } from "../folder.ts";
import type { ProcessIdentity } from "../process/identity.ts";

export interface ProcessState {
  readonly name: string;
  /** `undefined` between an end and the next start. */
  readonly identity: ProcessIdentity | undefined;
  /** How often it was started again since the cluster's start. */
  readonly restarts: number;
  /** When it was last started, ISO 8601. */
  readonly upSince: string;
  /** How it last ended, e.g. `exit code 2` or `SIGKILL`. */
  readonly lastEnd: string | undefined;
}

export interface SupervisorState {
  readonly supervisor: ProcessIdentity;
  readonly phase: "starting" | "running" | "stopping" | "failed";
  readonly startedAt: string;
  /** Why the start failed. */
  readonly failure?: { readonly reason: "port-taken" | "process"; readonly message: string };
  readonly processes: readonly ProcessState[];
}

/** Writes the state in one step, so that a reader never sees half of it. */
export function writeState(paths: ClusterFolder, state: SupervisorState): void {
  const temporary = `${paths.state}.partial`;
  writeFileSync(temporary, JSON.stringify(state, null, 2), { mode: 0o600 });
  renameSync(temporary, paths.state);
}

/** The last written state, of a supervisor that may be gone; `undefined` when there is none. */
export function readState(paths: ClusterFolder): SupervisorState | undefined {
  try {
    return JSON.parse(readFileSync(paths.state, "utf8")) as SupervisorState;
  } catch {
    return undefined;
  }
}
