/** The cluster of a stack, by its type. */
import type { ClusterSettings } from "../../config/schema/cluster.ts";
import type { Frozen } from "../../config/schema/frozen.ts";
import { attachedCluster } from "./attached.ts";
import type { Cluster, ClusterFacts } from "./contract.ts";

export type { Cluster, ClusterFacts } from "./contract.ts";

export interface ClusterArgs {
  /** Stack that the cluster belongs to. */
  readonly stack: string;
  readonly cluster: Frozen<ClusterSettings>;
  /** Path of the kubeconfig, for the types that attach to a cluster which is there already. */
  readonly kubeconfig: string;
}

type Settings<Type extends ClusterSettings["type"]> = Frozen<Extract<ClusterSettings, { type: Type }>>;
type Maker<Type extends ClusterSettings["type"]> = (
  name: string,
  args: ClusterArgs & { readonly cluster: Settings<Type> },
) => Cluster;

const makers: { readonly [Type in ClusterSettings["type"]]: Maker<Type> } = {
  existing: (name, { cluster, kubeconfig }) =>
    attachedCluster(name, {
      kubeconfig,
      context: cluster.context,
      identifier: cluster.context,
      facts: {
        ...machineFacts(cluster),
        loadBalancer: cluster.loadBalancer,
        enforcesNetworkPolicy: cluster.enforcesNetworkPolicy,
        containersRun: true,
        disposable: false,
      },
    }),
  simulated: (name, args) => localCluster(name, args, false),
  embedded: (name, args) => localCluster(name, args, true),
};

/** Makes, or attaches to, the cluster that the settings describe. */
export function createCluster(name: string, args: ClusterArgs): Cluster {
  const make = makers[args.cluster.type] as Maker<ClusterSettings["type"]>;
  return make(name, args);
}

/** The cluster of this stack on this machine. With a real node or without, it is the same cluster. */
function localCluster(
  name: string,
  { cluster, stack, kubeconfig }: ClusterArgs,
  containersRun: boolean,
): Cluster {
  return attachedCluster(name, {
    kubeconfig,
    identifier: `quint-simulated-${stack}`,
    facts: {
      ...machineFacts(cluster),
      loadBalancer: true,
      enforcesNetworkPolicy: false,
      containersRun,
      disposable: true,
    },
  });
}

function machineFacts(
  cluster: Frozen<ClusterSettings>,
): Pick<ClusterFacts, "architectures" | "storageClasses"> {
  const { readWriteOnce, readWriteMany } = cluster.storageClasses;
  return {
    architectures: [...new Set(cluster.nodePools.map((pool) => pool.architecture))].sort(),
    storageClasses: { readWriteOnce, ...(readWriteMany === undefined ? {} : { readWriteMany }) },
  };
}
