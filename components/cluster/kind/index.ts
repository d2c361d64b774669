/** kind: clusters of containers on this machine. */
export { KindCluster, type KindClusterArgs } from "./cluster.ts";
