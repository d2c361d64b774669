/** kind: clusters of containers on this machine. */
export { KindCluster } from "./cluster.ts";
