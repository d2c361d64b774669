/** EKS: clusters on AWS. Loads AWS's SDK: import it only where such a cluster is made. */
export { EksCluster } from "./cluster.ts";
export type { ControllerPins } from "./controllers.ts";
