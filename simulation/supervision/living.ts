/** The supervisor of a cluster, if it lives. */
import type { ClusterFolder } from "../folder.ts";
import { isAlive } from "../process/identity.ts";
import { readState, type SupervisorState } from "./state.ts";

/** State of the cluster's supervisor, or `undefined` when it is not running. */
export function livingSupervisor(paths: ClusterFolder): SupervisorState | undefined {
  const state = readState(paths);
  return state && isAlive(state.supervisor) ? state : undefined;
}
