/** The cluster of a stack, by its type. */
import type { Mirrors } from "../../config/catalog/mirror.ts";
import type { ClusterOf, ClusterSettings, ClusterType } from "../../config/schema/cluster.ts";
import { existingCluster, simulatedCluster } from "./attached.ts";
import type { StackCluster } from "./contract.ts";
import { madeCluster } from "./own-facts.ts";
import { calicoImage, clusterPin } from "./pins.ts";

export type { ClusterFacts, StackCluster } from "./contract.ts";

export interface ClusterArgs {
  /** Stack that the cluster belongs to. */
  readonly stack: string;
  readonly cluster: ClusterSettings;
  /** Path of the kubeconfig, for the types that attach to a cluster which is there already. */
  readonly kubeconfig: string;
  /** Folder of this machine that the nodes of a kind cluster share. */
  readonly sharedFolder: string;
  /** Where charts and images come from. */
  readonly mirrors: Mirrors;
}

type Maker<Type extends ClusterType> = (
  name: string,
  args: ClusterArgs & { readonly cluster: ClusterOf<Type> },
) => StackCluster | Promise<StackCluster>;

/** The SDK of a cloud takes seconds and hundreds of megabytes to load: a maker that needs one is imported when it runs. */
const makers: { readonly [Type in ClusterType]: Maker<Type> } = {
  existing: existingCluster,
  simulated: simulatedCluster,
  embedded: simulatedCluster,
  oke: async (name, { stack, cluster, mirrors }) => {
    const { OkeCluster } = await import("./oke/index.ts");
    const calico = {
      definitions: clusterPin("calico-definitions", mirrors),
      image: calicoImage(mirrors),
    };
    return madeCluster(new OkeCluster(name, { stack, settings: cluster, calico }), cluster);
  },
  eks: async (name, { stack, cluster, mirrors }) => {
    const { EksCluster } = await import("./eks/index.ts");
    const controllers = {
      loadBalancer: clusterPin("aws-load-balancer-controller", mirrors),
      autoscaler: clusterPin("cluster-autoscaler", mirrors),
    };
    return madeCluster(new EksCluster(name, { stack, settings: cluster, controllers }), cluster);
  },
  kind: async (name, { stack, cluster, sharedFolder }) => {
    const { KindCluster } = await import("./kind/index.ts");
    return madeCluster(new KindCluster(name, { stack, settings: cluster, sharedFolder }), cluster);
  },
};

/** Makes, or attaches to, the cluster that the settings describe. */
export async function createCluster(name: string, args: ClusterArgs): Promise<StackCluster> {
  const make = makers[args.cluster.type] as Maker<ClusterType>;
  return await make(name, args);
}
