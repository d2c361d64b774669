/** Node pools and storage: shapes that could not carry what the stack asks for. */
import type { Finding } from "../issues.ts";
import type { NodePool } from "../schema/cluster.ts";
import { plain } from "../values.ts";
import { check, type Check } from "./check.ts";
import { factsOf } from "./platform-facts.ts";

/** Labels that Quint sets from the pool's own fields. */
const derivedLabels: Readonly<Record<string, string>> = {
  "kubernetes.io/arch": "architecture",
  "kubernetes.io/hostname": "name",
  "node.kubernetes.io/instance-type": "instanceType",
  "topology.kubernetes.io/zone": "zones",
};

const ownLabels = check(
  "Labels that Quint derives from a node pool are not set by hand.",
  ["cluster"],
  ({ cluster }) =>
    cluster.nodePools.flatMap((pool, index): Finding[] =>
      Object.keys(pool.labels).flatMap((label) => {
        const field = derivedLabels[label];
        return field === undefined
          ? []
          : [
              {
                path: ["cluster", "nodePools", index, "labels", label],
                reason: `is set by Quint from the pool's \`${field}\``,
                remedy: `leave the label out, and set \`${field}\``,
              },
            ];
      }),
    ),
);

const aNodeForEachZone = check(
  "A pool has at least one node in each of its zones.",
  ["cluster"],
  ({ cluster }) =>
    cluster.nodePools.flatMap((pool, index) =>
      pool.count < pool.zones.length
        ? [
            {
              path: ["cluster", "nodePools", index, "zones"],
              reason: `names ${pool.zones.length} zones for ${pool.count === 1 ? "1 node" : `${pool.count} nodes`}: ${pool.zones.slice(pool.count).map(plain).join(", ")} would stay empty`,
              remedy: `at most ${pool.count === 1 ? "1 zone" : `${pool.count} zones`}, or \`count: ${pool.zones.length}\``,
            },
          ]
        : [],
    ),
);

const zonesInProduction = check(
  "Production's nodes are in at least two zones.",
  ["environment", "cluster"],
  ({ environment, cluster }) => {
    const zones = new Set(cluster.nodePools.flatMap((pool) => pool.zones));
    return environment === "production" && zones.size < 2
      ? [
          {
            path: ["cluster", "nodePools"],
            value: [...zones],
            reason: "are all in one zone, and production must survive the loss of a zone",
            remedy: "pools over at least 2 zones, e.g. `zones: [a, b, c]`",
          },
        ]
      : [];
  },
);

/** Whether pods that tolerate no taint may run there: no platform's do. */
function isOpen({ taints }: NodePool): boolean {
  return taints.every(({ effect }) => effect === "PreferNoSchedule");
}

const openPool = check(
  "At least one pool is free of `NoSchedule` and `NoExecute` taints.",
  ["cluster"],
  ({ cluster }) =>
    cluster.nodePools.every((pool) => !isOpen(pool))
      ? [
          {
            path: ["cluster", "nodePools"],
            reason: "are all tainted, and the platforms' pods tolerate no taint: none could run",
            remedy: "at least one pool without `NoSchedule` and `NoExecute` taints",
          },
        ]
      : [],
);

const selectedNodes = check(
  "Pods that select nodes by label find a pool that has it, and no taint that keeps them out.",
  ["cluster", "platforms"],
  ({ cluster, platforms }) =>
    factsOf(platforms).flatMap(({ platform, selects }): Finding[] => {
      const labels = Object.entries(selects?.labels ?? {});
      const fits = (pool: NodePool) => labels.every(([label, value]) => pool.labels[label] === value);
      if (cluster.nodePools.some((pool) => isOpen(pool) && fits(pool))) return [];
      const wanted = labels.map(([label, value]) => `${label}: ${value}`).join(", ");
      return [
        {
          path: ["cluster", "nodePools"],
          value: cluster.nodePools.map(({ name }) => name),
          reason: `have no node for ${selects?.pods ?? ""} of \`quint:platforms.${platform}\`, which runs on nodes labelled \`${wanted}\` alone`,
          remedy: `a pool with \`labels: { ${wanted} }\`, without \`NoSchedule\` and \`NoExecute\` taints`,
        },
      ];
    }),
);

const sharedVolumes = check(
  "Platforms that share volumes between nodes need `storageClasses.readWriteMany`.",
  ["cluster", "platforms"],
  ({ cluster, platforms }) =>
    cluster.storageClasses.readWriteMany === undefined
      ? factsOf(platforms).flatMap(({ platform, sharedVolumes: reason }) =>
          reason === undefined
            ? []
            : [
                {
                  path: ["cluster", "storageClasses", "readWriteMany"],
                  reason: `is required by \`quint:platforms.${platform}\`: ${reason}`,
                  remedy: "the name of a class for ReadWriteMany volumes, e.g. `readWriteMany: fss`",
                },
              ],
        )
      : [],
);

const policiesEnforced = check(
  "Outside dev the cluster enforces NetworkPolicy.",
  ["environment", "cluster"],
  ({ environment, cluster }) =>
    environment !== "dev" && cluster.type === "existing" && !cluster.enforcesNetworkPolicy
      ? [
          {
            path: ["cluster", "enforcesNetworkPolicy"],
            reason: `would leave every default-deny policy in ${environment} without effect`,
            remedy: "a cluster with a policy engine (Calico, Cilium, ...) and `enforcesNetworkPolicy: true`",
          },
        ]
      : [],
);

export const clusterChecks: readonly Check[] = [
  ownLabels,
  aNodeForEachZone,
  zonesInProduction,
  openPool,
  selectedNodes,
  sharedVolumes,
  policiesEnforced,
];
