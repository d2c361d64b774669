/** A real node beside the simulated ones: containerd, kubelet, kube-proxy and DNS in namespaces of their own. */
export { realNodeLabel, realNodeName } from "./addresses.ts";
export { type Capability, capability } from "./capability.ts";
export { replaceMisplacedPods } from "./misplaced.ts";
export { runsForReal } from "./placement.ts";
export { endRealNode, hasRealNode, type RealNodeOptions, startRealNode, stopRealNode } from "./start.ts";
export { type RealNodeStatus, realNodeStatus } from "./status.ts";
