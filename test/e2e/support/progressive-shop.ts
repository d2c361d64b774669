/** A platform of two servers, one that takes new versions as canaries, one as blue-greens; and what it becomes. */
import type { KubernetesObject } from "../../../policy/index.ts";
import { priorityClasses } from "../../../platforms/model/index.ts";
import { facts, lab, recordPlatform, type Mutable } from "../../support/test-platform.ts";
import type { AnalysisName, Platform } from "../../../platforms/model/index.ts";

export const namespace = "lab";

/** Seconds that each step, and each side of a switch, is watched: room for five measurements on a slow machine. */
const watchedSeconds = 15;
const analyses: AnalysisName[] = ["success-rate", "latency", "availability", "error-rate"];

export interface Versions {
  /** Takes canaries: 10, 50, 100 %. */
  readonly web: string;
  /** Takes blue-greens, by hand. */
  readonly worker: string;
  /** Time-out of the host's paths, in seconds. */
  readonly timeoutSeconds?: number;
}

export function shop({ web: webVersion, worker: workerVersion, timeoutSeconds = 30 }: Versions): Platform {
  return lab((platform: Mutable<Platform>) => {
    const front = platform.applications[1]!;
    platform.applications = [front];
    platform.namespaces = platform.namespaces.filter(({ name }) => name === namespace);
    Object.assign(front, { configs: [], secrets: [], claims: [] });
    const [web, worker] = front.workloads;
    for (const workload of [web!, worker!]) {
      Object.assign(workload.container, { env: {}, envFromConfigs: [], mounts: [] });
      delete workload.nodeSelector;
      workload.spread = "preferred";
      workload.callers = [{ kind: "gateway", port: "http" }];
    }
    Object.assign(web!, {
      services: web!.services.filter(({ name }) => name === "web"),
      size: { ...web!.size, replicas: 4, autoscaling: { min: 4, max: 8, memoryPercent: 80 } },
      progressive: {
        kind: "canary",
        analyses,
        steps: [10, 50, 100].map((weight) => ({ weight, pauseSeconds: weight < 100 ? watchedSeconds : 0 })),
      },
    });
    delete web!.monitor;
    Object.assign(worker!, {
      services: [{ name: "worker", port: 80, targetPort: "http", exposure: { type: "ClusterIP" } }],
      progressive: { kind: "blue-green", analyses, analysisSeconds: watchedSeconds, promotion: "manual" },
    });
    web!.container.image = `registry.example/lab/web:${webVersion}`;
    worker!.container.image = `registry.example/lab/worker:${workerVersion}`;
    for (const rule of front.routes[0]!.rules) rule.timeoutSeconds = timeoutSeconds;
  });
}

/** The objects in the platform's own namespace, in an order in which they can be made. */
export async function objectsOf(versions: Versions): Promise<readonly KubernetesObject[]> {
  const cluster = { ...facts, storageClasses: { readWriteOnce: "block", readWriteMany: "shared" } };
  const { objects } = (await recordPlatform(shop(versions), cluster)).rendered();
  const own = objects.filter(
    ({ kind, metadata }) =>
      metadata.namespace === namespace || (kind === "Namespace" && metadata.name === namespace),
  );
  const rank = ({ kind }: KubernetesObject): number =>
    ["Namespace", "ServiceAccount"].includes(kind) ? -1 : kind === "Rollout" ? 1 : 0;
  return own.toSorted((one, other) => rank(one) - rank(other));
}

/** The foundation's, without which pods are refused. */
export const priorities: readonly KubernetesObject[] = Object.entries(priorityClasses).map(
  ([name, value]) => ({
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    metadata: { name },
    value,
  }),
);
