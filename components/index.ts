/** Everything that creates resources. */
export { createCluster, type ClusterFacts, type StackCluster } from "./cluster/index.ts";
export { Foundation } from "./foundation/foundation.ts";
export { PlatformDeployment } from "./platform/platform.ts";
export { offsiteStore } from "./backup/offsite-store.ts";
export { PreviewPlace } from "./delivery/preview-place.ts";
