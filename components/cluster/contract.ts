/** What every cluster maker gives: a provider, and the facts that the rest may ask for. */
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Architecture } from "../../config/schema/cluster.ts";
import type { InfrastructureFacts } from "./cloud/facts.ts";

export interface ClusterFacts extends InfrastructureFacts {
  /** Architectures of the cluster's nodes. */
  readonly architectures: readonly Architecture[];
  readonly storageClasses: {
    readonly readWriteOnce: string;
    readonly readWriteMany?: string;
    /** VolumeSnapshotClass of the first; none where its volumes are copied file by file. */
    readonly snapshots?: string;
  };
  /** Whether Services of type LoadBalancer get an address. */
  readonly loadBalancer: boolean;
  /** Whether the network enforces NetworkPolicy. */
  readonly enforcesNetworkPolicy: boolean;
  /**
   * Whether charts can be installed: their controllers run, and the API server reaches their webhooks. On a cluster of
   * this machine add-ons register their footprint only; custom resource definitions are the cluster's own.
   */
  readonly controllersRun: boolean;
  /** Whether the cluster may be thrown away: an `up` may then adopt what is already there. */
  readonly disposable: boolean;
}

export interface Cluster {
  readonly provider: k8s.Provider;
  readonly facts: ClusterFacts;
}

/** The cluster of a stack, as its maker gives it. */
export interface StackCluster extends Cluster {
  /** What has to be in the cluster before anything else is. */
  readonly prerequisites: readonly pulumi.Resource[];
  /** Kubeconfig of a cluster that the program made: an output of the stack. */
  readonly kubeconfig?: pulumi.Output<string>;
}
