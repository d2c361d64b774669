/** What the settings of a cluster say of it, and what its type does. */
import type { ClusterOf, ClusterSettings } from "../../config/schema/cluster.ts";
import type { MadeCluster } from "./cloud/facts.ts";
import type { ClusterFacts, StackCluster } from "./contract.ts";

/** Facts of the machines: the same, whoever makes them. */
export function machineFacts(
  cluster: ClusterSettings,
): Pick<ClusterFacts, "architectures" | "storageClasses"> {
  const { storageClasses } = cluster;
  const { readWriteOnce, readWriteMany } = storageClasses;
  const snapshots = "snapshots" in storageClasses ? storageClasses.snapshots : undefined;
  return {
    architectures: [...new Set(cluster.nodePools.map((pool) => pool.architecture))].sort(),
    storageClasses: {
      readWriteOnce,
      ...(readWriteMany === undefined ? {} : { readWriteMany }),
      ...(snapshots === undefined ? {} : { snapshots }),
    },
  };
}

/** A cluster that the program made, with all that is known of it. Each of its kinds enforces NetworkPolicy. */
export function madeCluster(made: MadeCluster, settings: ClusterOf<"oke" | "eks" | "kind">): StackCluster {
  const { provider, prerequisites, kubeconfig, facts } = made;
  return {
    provider,
    prerequisites,
    kubeconfig,
    facts: {
      ...facts,
      ...machineFacts(settings),
      loadBalancer: facts.loadBalancers.kind !== "host-ports",
      enforcesNetworkPolicy: true,
      controllersRun: true,
      disposable: settings.type === "kind",
    },
  };
}
