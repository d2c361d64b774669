/** Sizes of the restore drill: one server after the other starts in its pod, with the data of a backup. */
import type { Environment } from "../schema/settings.ts";
import type { NamespaceSize, Resources, WorkloadSize } from "./types.ts";

export interface RestoreDrillSizes {
  /** The drill, and the job that records what backups hold. */
  readonly job: Resources;
  /** What serves the metrics of the last drill. */
  readonly metrics: WorkloadSize;
  readonly namespace: NamespaceSize;
}

const metrics: WorkloadSize = {
  replicas: 1,
  resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { cpu: "200m", memory: "192Mi" } },
};

/** Twice what drill, record and metrics take with their sidecars; storage for scratch and one restored copy of all claims. */
const namespace = (storage: string): NamespaceSize => ({
  quota: {
    "requests.cpu": "4",
    "limits.cpu": "12",
    "requests.memory": "6Gi",
    "limits.memory": "20Gi",
    "requests.storage": storage,
    pods: "8",
  },
  limits: {
    containerDefault: { cpu: "500m", memory: "512Mi" },
    containerDefaultRequest: { cpu: "50m", memory: "64Mi" },
    containerMax: { cpu: "2", memory: "4Gi" },
  },
});

const job: Resources = { requests: { cpu: "500m", memory: "1Gi" }, limits: { cpu: "2", memory: "4Gi" } };

export const restoreDrillSizes: Record<Environment, RestoreDrillSizes> = {
  dev: {
    job: { requests: { cpu: "100m", memory: "256Mi" }, limits: { cpu: "1", memory: "2Gi" } },
    metrics,
    namespace: namespace("200Gi"),
  },
  staging: { job, metrics, namespace: namespace("1Ti") },
  production: { job, metrics, namespace: namespace("4Ti") },
};
