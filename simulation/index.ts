/** The simulated cluster: a real control plane on loopback, with nodes that KWOK plays. */
export { stacksWithCluster } from "./folder.ts";
export { SimulationError } from "./problem.ts";
export { cacheFolder } from "./programs/cache.ts";
export { ensureProgram, type Report } from "./programs/ensure.ts";
export { type ProgramName, programs } from "./programs/table.ts";
export type { Quantities, RunningCluster, SidecarSpec, SimulatedClusterSpec } from "./spec.ts";
export { startCluster, type StartOptions } from "./start.ts";
export { type ClusterStatus, clusterStatus, type ProcessStatus } from "./status.ts";
export { stopCluster, type StoppedCluster, type StopOptions } from "./stop.ts";
