/** Networks and ports of the node's own side. They are inside its network namespace: no other clone sees them. */

/** Name of the real node. */
export const realNodeName = "real-1";
/** Label of the real node, with the value `real`, and of the others, with `simulated`; also the key of its taint. */
export const realNodeLabel = "quint.dev/node";

/** Addresses of real pods: beside the network of the simulated ones (10.128.0.0/12). */
export const realPodNetwork = "10.144.0.0/24";
/** Where the API server answers on the machine's end of the link. */
export const apiServerPort = 6443;
export const kubeletPort = 10250;
export const clusterDomain = "cluster.local";
