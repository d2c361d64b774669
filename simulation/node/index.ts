/** A real node beside the simulated ones: containerd, kubelet, kube-proxy and DNS in namespaces of their own. */
export { realNodeName } from "./addresses.ts";
export { capability } from "./capability.ts";
export { replaceMisplacedPods } from "./misplaced.ts";
export { endRealNode, hasRealNode, startRealNode, stopRealNode } from "./start.ts";
export { type RealNodeStatus, realNodeStatus } from "./status.ts";
