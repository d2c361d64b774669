/** Clusters that are already there: taken by kubeconfig, nothing is created. */
import * as k8s from "@pulumi/kubernetes";
import type { Cluster, ClusterFacts } from "./contract.ts";

export interface AttachedClusterArgs {
  /** Path of the kubeconfig. */
  readonly kubeconfig: string;
  /** Context to use; the kubeconfig's only one when left out. */
  readonly context?: string;
  /** What tells this cluster from another. A new kubeconfig for the same identifier replaces nothing. */
  readonly identifier: string;
  readonly facts: ClusterFacts;
}

/** Attaches to a cluster. */
export function attachedCluster(name: string, args: AttachedClusterArgs): Cluster {
  const provider = new k8s.Provider(name, {
    kubeconfig: args.kubeconfig,
    ...(args.context === undefined ? {} : { context: args.context }),
    clusterIdentifier: args.identifier,
    enableServerSideApply: true,
    // A changed value is written in place: pods that read it are rolled by checksum or rotation number, while a
    // replaced object would be missing in between.
    enableConfigMapMutable: true,
    enableSecretMutable: true,
    // Only where everything can be thrown away may an `up` take over objects that its state does not know, and fields
    // that someone else has set.
    upsertExistingObjects: args.facts.disposable,
    enablePatchForce: args.facts.disposable,
  });
  return { provider, facts: args.facts };
}
