/** Clusters that are there before the program runs: taken by kubeconfig, nothing is created. */
import * as k8s from "@pulumi/kubernetes";
import type { ClusterOf } from "../../config/schema/cluster.ts";
import { plainInfrastructure } from "./cloud/facts.ts";
import type { ClusterFacts, StackCluster } from "./contract.ts";
import { machineFacts } from "./own-facts.ts";

interface AttachedClusterArgs {
  /** Path of the kubeconfig. */
  readonly kubeconfig: string;
  /** Context to use; the kubeconfig's only one when left out. */
  readonly context?: string;
  /** What tells this cluster from another. A new kubeconfig for the same identifier replaces nothing. */
  readonly identifier: string;
  readonly facts: ClusterFacts;
}

/** A cluster that somebody else made. */
export function existingCluster(
  name: string,
  { cluster, kubeconfig }: { readonly cluster: ClusterOf<"existing">; readonly kubeconfig: string },
): StackCluster {
  return attachedCluster(name, {
    kubeconfig,
    context: cluster.context,
    identifier: cluster.context,
    facts: {
      ...plainInfrastructure,
      ...machineFacts(cluster),
      loadBalancer: cluster.loadBalancer,
      loadBalancers: {
        ...plainInfrastructure.loadBalancers,
        kind: cluster.loadBalancer ? "provided" : "none",
      },
      enforcesNetworkPolicy: cluster.enforcesNetworkPolicy,
      controllersRun: true,
      disposable: false,
    },
  });
}

/** The cluster of this stack on this machine. With a real node or without, it is the same cluster. */
export function simulatedCluster(
  name: string,
  args: {
    readonly cluster: ClusterOf<"simulated" | "embedded">;
    readonly stack: string;
    readonly kubeconfig: string;
  },
): StackCluster {
  return attachedCluster(name, {
    kubeconfig: args.kubeconfig,
    identifier: `quint-simulated-${args.stack}`,
    facts: {
      ...plainInfrastructure,
      ...machineFacts(args.cluster),
      loadBalancer: true,
      loadBalancers: { ...plainInfrastructure.loadBalancers, kind: "simulated" },
      enforcesNetworkPolicy: false,
      controllersRun: false,
      disposable: true,
    },
  });
}

function attachedCluster(name: string, args: AttachedClusterArgs): StackCluster {
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
  return { provider, facts: args.facts, prerequisites: [] };
}
