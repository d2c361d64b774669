/** What every cluster maker gives: a provider, and the facts that the rest may ask for. */
import type * as k8s from "@pulumi/kubernetes";
import type { Architecture } from "../../config/schema/cluster.ts";

export interface ClusterFacts {
  /** Architectures of the cluster's nodes. */
  readonly architectures: readonly Architecture[];
  readonly storageClasses: { readonly readWriteOnce: string; readonly readWriteMany?: string };
  /** Whether Services of type LoadBalancer get an address. */
  readonly loadBalancer: boolean;
  /** Whether the network enforces NetworkPolicy. */
  readonly enforcesNetworkPolicy: boolean;
  /** Whether containers really run; not so on a simulated cluster. */
  readonly containersRun: boolean;
  /** Whether the cluster may be thrown away: an `up` may then adopt what is already there. */
  readonly disposable: boolean;
}

export interface Cluster {
  readonly provider: k8s.Provider;
  readonly facts: ClusterFacts;
}
