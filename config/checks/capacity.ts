/** Whether what the sizes table and the overrides ask for fits the nodes and the quota of the namespace. */
import type { Finding } from "../issues.ts";
import {
  cancerWorkloads as workloads,
  type CancerSettings,
  type CancerWorkload,
} from "../schema/platforms.ts";
import { sizesOf, type EnvironmentSizes, type Resources, type WorkloadSize } from "../sizes/index.ts";
import { amountOf } from "../sizes/quantity.ts";
import { check, type Check } from "./check.ts";

/** Workloads that own a ReadWriteOnce volume and a single-writer database on it. */
const singletons: readonly CancerWorkload[] = ["mlflow", "prometheus", "grafana"];

const oneWriter = check(
  "MLflow, Prometheus and Grafana of the cancer platform run at most once: each keeps a database on a volume of its own.",
  ["platforms"],
  ({ platforms: { cancer } }) =>
    singletons.flatMap((workload): Finding[] =>
      (cancer?.workloads[workload]?.replicas ?? 1) > 1
        ? [
            {
              path: ["platforms", "cancer", "workloads", workload, "replicas"],
              reason:
                "is more than one, and this workload keeps a database on a volume that one pod may write",
              remedy: "`replicas: 1`, or leave it out",
            },
          ]
        : [],
    ),
);

/** A pod is scheduled as a whole: its container and its sidecar must fit one node. */
const podsFitANode = check(
  "Every pod of the sizes table, with its sidecar, fits a node of some pool.",
  ["environment", "cluster", "platforms"],
  ({ environment, cluster, platforms }) => {
    if (platforms.cancer === undefined) return [];
    const sizes = sizesOf(environment);
    const nodes = cluster.nodePools.filter(
      (pool) => !pool.taints.some(({ effect }) => effect !== "PreferNoSchedule"),
    );
    return workloads.flatMap((workload): Finding[] => {
      const { cpu, memory } = podRequests(workload, sizes);
      // No node at all is said by another check.
      if (nodes.length === 0 || nodes.some((node) => node.cpu >= cpu && node.memoryGiB * 2 ** 30 >= memory))
        return [];
      return [
        {
          path: ["cluster", "nodePools"],
          value: nodes.map((node) => `${node.name}: ${node.cpu} CPU, ${node.memoryGiB} GiB`),
          reason: `have no node for a pod of cancer's \`${workload}\`: in ${environment} it requests ${cpu} CPU and ${gibibytes(memory)} GiB`,
          remedy: `a pool whose nodes have at least \`cpu: ${Math.ceil(cpu)}\` and \`memoryGiB: ${Math.ceil(memory / 2 ** 30)}\``,
        },
      ];
    });
  },
);

/** Quotas that pods use up, with what one pod of a workload takes of each. */
const perPod: Readonly<Record<string, (workload: CancerWorkload, sizes: EnvironmentSizes) => number>> = {
  pods: () => 1,
  "requests.cpu": (workload, sizes) => total(workload, sizes, "requests").cpu,
  "limits.cpu": (workload, sizes) => total(workload, sizes, "limits").cpu,
  "requests.memory": (workload, sizes) => total(workload, sizes, "requests").memory,
  "limits.memory": (workload, sizes) => total(workload, sizes, "limits").memory,
};

/** Replicas that the namespace's quota would refuse: the Deployment would stay short of pods for ever. */
const replicasFitTheQuota = check(
  "`replicas` stay within the quota of the namespace, with room for one pod of a rollout.",
  ["environment", "platforms"],
  ({ environment, platforms: { cancer } }) => {
    const sizes = sizesOf(environment);
    return workloads.flatMap((workload): Finding[] => {
      const replicas = cancer?.workloads[workload]?.replicas;
      if (cancer === undefined || replicas === undefined) return [];
      const most = mostReplicas(workload, cancer, sizes);
      return replicas <= most.replicas
        ? []
        : [
            {
              path: ["platforms", "cancer", "workloads", workload, "replicas"],
              reason: `is more than the quota of the namespace allows in ${environment}: \`${most.quota}\` (${sizes.cancer.namespace.quota[most.quota] ?? ""}) is enough for ${most.replicas}`,
              remedy: `at most \`replicas: ${most.replicas}\``,
            },
          ];
    });
  },
);

/** How many pods of a workload the quota leaves room for, beside the others and one pod of a rollout. */
function mostReplicas(workload: CancerWorkload, cancer: CancerSettings, sizes: EnvironmentSizes) {
  const others = workloads.filter((other) => other !== workload);
  const rooms = Object.entries(perPod).map(([quota, ofPod]) => {
    const all = amountOf(sizes.cancer.namespace.quota[quota] ?? "1000000Ti");
    const taken = others.reduce((sum, other) => sum + podsOf(other, cancer, sizes) * ofPod(other, sizes), 0);
    return { quota, replicas: Math.max(0, Math.floor((all - taken) / ofPod(workload, sizes)) - 1) };
  });
  return rooms.reduce((least, room) => (room.replicas < least.replicas ? room : least));
}

function podsOf(workload: CancerWorkload, cancer: CancerSettings, sizes: EnvironmentSizes): number {
  const size: WorkloadSize = sizes.cancer[workload];
  return cancer.workloads[workload]?.replicas ?? size.autoscaling?.max ?? size.replicas;
}

function podRequests(workload: CancerWorkload, sizes: EnvironmentSizes) {
  return total(workload, sizes, "requests");
}

/** Requests or limits of a pod: the container's and the sidecar's, in cores and bytes. */
function total(workload: CancerWorkload, sizes: EnvironmentSizes, kind: keyof Resources) {
  const parts = [sizes.cancer[workload].resources[kind], sizes.mesh.sidecar[kind]];
  return {
    cpu: parts.reduce((sum, { cpu }) => sum + amountOf(cpu), 0),
    memory: parts.reduce((sum, { memory }) => sum + amountOf(memory), 0),
  };
}

function gibibytes(bytes: number): number {
  return Math.ceil((bytes / 2 ** 30) * 100) / 100;
}

export const capacityChecks: readonly Check[] = [oneWriter, podsFitANode, replicasFitTheQuota];
