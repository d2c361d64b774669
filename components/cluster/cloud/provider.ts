/** The Kubernetes provider of a cluster that Quint makes. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

export interface ClusterProviderArgs {
  readonly kubeconfig: pulumi.Input<string>;
  readonly context: string;
  /** What tells this cluster from another: a new kubeconfig for the same one replaces nothing, a new cluster everything. */
  readonly identifier: pulumi.Input<string>;
  /** Whether everything in the cluster can be thrown away: then an `up` takes over what its state does not know. */
  readonly disposable: boolean;
}

/** One provider serves one cluster. It behaves as the one of clusters that are there already (attached.ts). */
export function clusterProvider(
  name: string,
  { kubeconfig, context, identifier, disposable }: ClusterProviderArgs,
  opts: pulumi.ResourceOptions,
): k8s.Provider {
  return new k8s.Provider(
    name,
    {
      kubeconfig,
      context,
      clusterIdentifier: identifier,
      enableServerSideApply: true,
      enableConfigMapMutable: true,
      enableSecretMutable: true,
      upsertExistingObjects: disposable,
      enablePatchForce: disposable,
    },
    opts,
  );
}
