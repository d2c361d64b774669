/** Another cluster in place of a stack's own: the same machines, as far as the other kind of cluster can have them. */
import { arch } from "node:process";
import { growingPool } from "./schema/cluster-pools.ts";
import { nodePool } from "./schema/cluster-machines.ts";
import { ownStorageClasses } from "./schema/cluster.ts";
import { isMapping } from "./values.ts";

/** Clusters of this machine that may stand in for a stack's own. */
export const clusterOverrides = ["simulated", "embedded", "kind"] as const;
export type ClusterOverride = (typeof clusterOverrides)[number];

/** Architecture of this machine, in Kubernetes' spelling. */
const thisArchitecture = arch === "arm64" ? "arm64" : "amd64";

/** What only a pool of a cloud has: nothing on this machine makes nodes as they are needed. */
const growthKeys = Object.keys(growingPool.shape).filter((key) => !(key in nodePool.shape));

type Raw = Readonly<Record<string, unknown>>;

const makers: Readonly<Record<ClusterOverride, (cluster: Raw) => Raw>> = {
  simulated: machinesOf,
  embedded: (cluster) => ({ ...machinesOf(cluster), ...kept(cluster, "real") }),
  kind: (cluster) => ({
    // All containers run on this machine's processors. Classes are kind's own, whatever they are called elsewhere.
    nodePools: poolsOf(cluster, { architecture: thisArchitecture }),
    ...kept(cluster, "nodeImage", "ports"),
  }),
};

/** The settings of a cluster of another type, unchecked. What is no mapping stays, so that it is reported. */
export function standIn(type: ClusterOverride, cluster: unknown): unknown {
  return isMapping(cluster) ? { ...makers[type](cluster), type } : cluster;
}

function machinesOf(cluster: Raw): Raw {
  const own = typeof cluster.type === "string" ? ownStorageClasses[cluster.type] : undefined;
  const { storageClasses = own === undefined ? undefined : {} } = cluster;
  return {
    nodePools: poolsOf(cluster, {}),
    ...(storageClasses === undefined
      ? {}
      : { storageClasses: isMapping(storageClasses) ? { ...own, ...storageClasses } : storageClasses }),
  };
}

function poolsOf({ nodePools }: Raw, changes: Raw): unknown {
  if (!Array.isArray(nodePools)) return nodePools;
  return nodePools.map((pool: unknown) =>
    isMapping(pool)
      ? {
          ...Object.fromEntries(Object.entries(pool).filter(([key]) => !growthKeys.includes(key))),
          ...changes,
        }
      : pool,
  );
}

function kept(cluster: Raw, ...keys: readonly string[]): Raw {
  return Object.fromEntries(Object.entries(cluster).filter(([key]) => keys.includes(key)));
}
