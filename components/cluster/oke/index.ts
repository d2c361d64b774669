/** OKE: clusters on Oracle Cloud Infrastructure. Loads OCI's SDK: import it only where such a cluster is made. */
export { OkeCluster } from "./cluster.ts";
export type { CalicoPins } from "./calico.ts";
