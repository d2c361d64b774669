/** Everything that creates resources. */
export { createCluster, type Cluster, type ClusterFacts, type StackCluster } from "./cluster/index.ts";
export { PriorityClasses } from "./foundation/priority-classes.ts";
export { PlatformDeployment } from "./platform/platform.ts";
