/** Whether what the sizes table and the overrides ask for fits the nodes and the quota of the namespace. */
import type { Finding } from "../issues.ts";
import { sizesOf, type Resources } from "../sizes/index.ts";
import { amountOf } from "../sizes/quantity.ts";
import { check, type Check } from "./check.ts";
import { factsOf, workloadPath, type PlatformFacts, type Share } from "./platform-facts.ts";

const oneWriter = check(
  "A server that keeps a database on a volume of its own runs at most once: MLflow, Prometheus and Grafana of the cancer platform.",
  ["platforms"],
  ({ platforms }) =>
    factsOf(platforms).flatMap((facts) =>
      facts.singletons.flatMap((workload): Finding[] =>
        (facts.overrides[workload]?.replicas ?? 1) > 1
          ? [
              {
                path: workloadPath(facts, workload, "replicas"),
                reason:
                  "is more than one, and this workload keeps a database on a volume that one pod may write",
                remedy: "`replicas: 1`, or leave it out",
              },
            ]
          : [],
      ),
    ),
);

/** Production survives the loss of a node by what its sizes say: settings below them would take that away unseen. */
const enoughInProduction = check(
  "In production `replicas` are no fewer than its sizes say, unless `fewerReplicas` stands beside them.",
  ["environment", "platforms"],
  ({ environment, platforms }) => {
    if (environment !== "production") return [];
    const sizes = sizesOf(environment);
    return factsOf(platforms).flatMap((facts) =>
      Object.entries(facts.sizes(sizes).servers).flatMap(([workload, size]): Finding[] => {
        const { replicas, fewerReplicas = false } = facts.overrides[workload] ?? {};
        const least = facts.idle?.includes(workload) === true ? 1 : (size.autoscaling?.min ?? size.replicas);
        return replicas === undefined || fewerReplicas || replicas >= least
          ? []
          : [
              {
                path: workloadPath(facts, workload, "replicas"),
                reason: `is fewer than the ${least} that production has of it${least > 1 ? ", so that it survives the loss of a node" : ""}`,
                remedy: `\`replicas: ${least}\` or more, or leave it out; where it is meant for a while, \`fewerReplicas: true\` beside it`,
              },
            ];
      }),
    );
  },
);

/** A pod is scheduled as a whole: its container and its sidecar must fit one node. */
const podsFitANode = check(
  "Every pod of the sizes table, with its sidecar, fits a node of some pool.",
  ["environment", "cluster", "platforms"],
  ({ environment, cluster, platforms }) => {
    const sizes = sizesOf(environment);
    const nodes = cluster.nodePools.filter(
      (pool) => !pool.taints.some(({ effect }) => effect !== "PreferNoSchedule"),
    );
    return factsOf(platforms).flatMap((facts) =>
      Object.entries(facts.sizes(sizes).servers).flatMap(([workload, size]): Finding[] => {
        const { cpu, memory } = podOf(size, sizes.mesh.sidecar, "requests");
        // No node at all is said by another check.
        if (nodes.length === 0 || nodes.some((node) => node.cpu >= cpu && node.memoryGiB * 2 ** 30 >= memory))
          return [];
        return [
          {
            path: ["cluster", "nodePools"],
            value: nodes.map((node) => `${node.name}: ${node.cpu} CPU, ${node.memoryGiB} GiB`),
            reason: `have no node for a pod of ${facts.platform}'s \`${workload}\`: in ${environment} it requests ${cpu} CPU and ${gibibytes(memory)} GiB`,
            remedy: `a pool whose nodes have at least \`cpu: ${Math.ceil(cpu)}\` and \`memoryGiB: ${Math.ceil(memory / 2 ** 30)}\``,
          },
        ];
      }),
    );
  },
);

/** Quotas that pods use up, with what one pod takes of each. */
const perPod: Readonly<Record<string, (share: Share, sidecar: Resources) => number>> = {
  pods: () => 1,
  "requests.cpu": (share, sidecar) => podOf(share, sidecar, "requests").cpu,
  "limits.cpu": (share, sidecar) => podOf(share, sidecar, "limits").cpu,
  "requests.memory": (share, sidecar) => podOf(share, sidecar, "requests").memory,
  "limits.memory": (share, sidecar) => podOf(share, sidecar, "limits").memory,
};

/** Replicas that the namespace's quota would refuse: the Deployment would stay short of pods for ever. */
const replicasFitTheQuota = check(
  "`replicas` stay within the quota of the namespace, with room for one pod of a rollout.",
  ["environment", "platforms"],
  ({ environment, platforms }) => {
    const sizes = sizesOf(environment);
    return factsOf(platforms).flatMap((facts) =>
      Object.entries(facts.overrides).flatMap(([workload, override]): Finding[] => {
        const replicas = override?.replicas;
        // What does not run is said by another check.
        if (replicas === undefined || workload in (facts.absent ?? {})) return [];
        const { namespace } = facts.sizes(sizes);
        const most = mostReplicas(workload, facts, sizes);
        return replicas <= most.replicas
          ? []
          : [
              {
                path: workloadPath(facts, workload, "replicas"),
                reason: `is more than the quota of the namespace allows in ${environment}: \`${most.quota}\` (${namespace.quota[most.quota] ?? ""}) is enough for ${most.replicas}`,
                remedy: `at most \`replicas: ${most.replicas}\``,
              },
            ];
      }),
    );
  },
);

/** How many pods of a server the quota leaves room for, beside the others and one pod of a rollout. */
function mostReplicas(workload: string, facts: PlatformFacts, sizes: ReturnType<typeof sizesOf>) {
  const { sidecar } = sizes.mesh;
  const { servers, others, namespace } = facts.sizes(sizes);
  const beside: Share[] = Object.entries(servers)
    .filter(([name]) => name !== workload)
    .map(([name, { resources, ...size }]) => ({
      replicas: facts.overrides[name]?.replicas ?? size.autoscaling?.max ?? size.replicas,
      resources,
    }));
  const own = servers[workload];
  const rooms = Object.entries(perPod).map(([quota, ofPod]) => {
    const all = amountOf(namespace.quota[quota] ?? "1000000Ti");
    const sum = (shares: readonly Share[], added: Resources) =>
      shares.reduce((taken, share) => taken + share.replicas * ofPod(share, added), 0);
    // Data services are outside the mesh.
    const taken = sum(beside, sidecar) + sum(others, nothing);
    const each = own === undefined ? Infinity : ofPod(own, sidecar);
    return { quota, replicas: Math.max(0, Math.floor((all - taken) / each) - 1) };
  });
  return rooms.reduce((least, room) => (room.replicas < least.replicas ? room : least));
}

const none = { cpu: "0", memory: "0" };
const nothing: Resources = { requests: none, limits: none };

/** Requests or limits of a pod: the container's and the sidecar's, in cores and bytes. */
function podOf({ resources }: Pick<Share, "resources">, sidecar: Resources, kind: keyof Resources) {
  const parts = [resources[kind], sidecar[kind]];
  return {
    cpu: parts.reduce((sum, { cpu }) => sum + amountOf(cpu), 0),
    memory: parts.reduce((sum, { memory }) => sum + amountOf(memory), 0),
  };
}

function gibibytes(bytes: number): number {
  return Math.ceil((bytes / 2 ** 30) * 100) / 100;
}

export const capacityChecks: readonly Check[] = [
  oneWriter,
  enoughInProduction,
  podsFitANode,
  replicasFitTheQuota,
];
