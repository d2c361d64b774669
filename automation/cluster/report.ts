/** The shape of `quint status --json`. Fields are only ever added; a change of meaning raises `version`. */
import { z } from "zod";

const workload = z.strictObject({
  platform: z.string().describe("Platform it belongs to, e.g. `cancer`."),
  name: z
    .string()
    .describe("Name of the workload, e.g. `api`; with the platform it is what `restart` and `scale` take."),
  kind: z.enum(["Deployment", "StatefulSet", "DaemonSet", "Rollout"]),
  object: z.string().describe("Name of the Kubernetes object."),
  namespace: z.string(),
  ready: z
    .int()
    .min(0)
    .describe(
      "Pods that are ready and up to date; of a Rollout also those of the version before, which goes on serving.",
    ),
  desired: z.int().min(0).describe("Pods that should be."),
  runs: z.boolean().describe("Whether its containers really run, all of them; false on simulated nodes."),
  footprint: z
    .boolean()
    .describe("Whether it only stands for pods that a chart makes on a cluster where controllers run."),
  images: z.array(z.string()).describe("Images of its containers, without the mesh's sidecar."),
  addresses: z
    .array(z.string())
    .describe("Where it can be reached: outside addresses first, then the one in the cluster."),
  rollout: z
    .strictObject({
      phase: z.enum(["Healthy", "Progressing", "Paused", "Degraded"]),
      message: z
        .string()
        .describe("Why it is not `Healthy`: what it waits for, or why a version was refused."),
      step: z.string().optional().describe("Step of its canary that is under way, e.g. `2 of 5`."),
      percent: z.int().min(0).max(100).optional().describe("Share of calls that its canary gets."),
    })
    .optional()
    .describe("How far its new version is, where versions come in gradually."),
});

const missing = z.strictObject({
  platform: z.string(),
  name: z.string(),
  namespace: z.string(),
});

const volume = z.strictObject({
  platform: z.string(),
  namespace: z.string(),
  name: z.string(),
  purpose: z.string().describe("What is kept there."),
  size: z.string().describe("What was asked for, or what it has, once bound; e.g. `5Gi`."),
  accessModes: z.array(z.string()),
  storageClass: z.string(),
  bound: z.boolean(),
});

const route = z.strictObject({
  kind: z.enum(["VirtualService", "LoadBalancer", "NodePort"]),
  namespace: z.string(),
  name: z.string(),
  from: z.string().describe("Host and path, or address and port, from outside."),
  to: z.string().describe("Service and port behind it."),
});

const warning = z.strictObject({
  namespace: z.string(),
  object: z.string().describe("Kind and name."),
  reason: z.string(),
  message: z.string(),
  count: z.int().min(1),
  last: z.string().describe("When it was last seen, ISO 8601."),
});

const quota = z.strictObject({
  namespace: z.string(),
  resource: z.string().describe("e.g. `requests.cpu`."),
  used: z.string(),
  limit: z.string(),
  percent: z.number().min(0),
});

export const statusReport = z.strictObject({
  version: z.literal(1),
  stack: z.string(),
  environment: z.string(),
  cluster: z.strictObject({
    type: z.string(),
    simulated: z.boolean().describe("Whether no container runs at all."),
    enforcesNetworkPolicy: z.boolean().describe("Whether NetworkPolicies hold there, or only stand there."),
  }),
  ready: z
    .boolean()
    .describe("Whether there are workloads, none missing, all ready, and every volume is bound."),
  workloads: z.array(workload),
  missing: z
    .array(missing)
    .describe("Workloads that the stack file has and the cluster has not; none where nothing is deployed."),
  volumes: z.array(volume),
  routes: z.array(route),
  warnings: z
    .array(warning)
    .describe("Warning events of the last hour, newest first, but those of objects that are well by now."),
  quotas: z.array(quota),
});

export type StatusReport = z.infer<typeof statusReport>;
export type WorkloadStatus = StatusReport["workloads"][number];
export type MissingWorkload = StatusReport["missing"][number];
export type VolumeStatus = StatusReport["volumes"][number];
export type RouteStatus = StatusReport["routes"][number];
export type WarningStatus = StatusReport["warnings"][number];
export type QuotaStatus = StatusReport["quotas"][number];
