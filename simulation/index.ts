/** The simulated cluster: a real control plane on loopback, with nodes that KWOK plays. */
export { stacksWithCluster } from "./folder.ts";
export type { RunningCluster, SimulatedClusterSpec } from "./spec.ts";
export { startCluster } from "./start.ts";
export { type ClusterStatus, clusterStatus } from "./status.ts";
export { stopCluster } from "./stop.ts";
