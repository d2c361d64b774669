/** Sizes of the cancer platform. Production carries the seed's figures (seed 001, "Components Deployed"). */
import type { Environment } from "../schema/settings.ts";
import { upFastDownSlowly } from "./scaling.ts";
import type { NamespaceSize, WorkloadSize } from "./types.ts";

export interface CancerSizes {
  readonly api: WorkloadSize;
  readonly mlflow: WorkloadSize;
  readonly prometheus: WorkloadSize;
  readonly grafana: WorkloadSize;
  /** Sizes of the seven volumes. */
  readonly claims: Readonly<
    Record<
      "models" | "data" | "logs" | "mlflowArtifacts" | "mlflowBackend" | "prometheusData" | "grafanaData",
      string
    >
  >;
  readonly prometheusRetentionDays: number;
  readonly namespace: NamespaceSize;
}

/** Figures of seed 001, "Components Deployed" and "Persistent Storage (7 PVCs)". */
const production: CancerSizes = {
  api: {
    replicas: 3,
    resources: { requests: { cpu: "500m", memory: "512Mi" }, limits: { cpu: "2000m", memory: "2Gi" } },
    autoscaling: { min: 3, max: 6, cpuPercent: 70, memoryPercent: 80, ...upFastDownSlowly },
  },
  mlflow: {
    replicas: 1,
    resources: { requests: { cpu: "250m", memory: "512Mi" }, limits: { cpu: "1000m", memory: "1Gi" } },
  },
  prometheus: {
    replicas: 1,
    resources: { requests: { cpu: "250m", memory: "512Mi" }, limits: { cpu: "1000m", memory: "2Gi" } },
  },
  grafana: {
    replicas: 1,
    resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
  },
  claims: {
    models: "5Gi",
    data: "10Gi",
    logs: "5Gi",
    mlflowArtifacts: "20Gi",
    mlflowBackend: "5Gi",
    prometheusData: "10Gi",
    grafanaData: "2Gi",
  },
  prometheusRetentionDays: 30,
  // The API at its maximum with two pods of surge, the three tools, and a sidecar each, with room for one job.
  namespace: {
    quota: {
      "requests.cpu": "8",
      "limits.cpu": "32",
      "requests.memory": "12Gi",
      "limits.memory": "32Gi",
      "requests.storage": "100Gi",
      persistentvolumeclaims: "10",
      pods: "30",
      "services.loadbalancers": "1",
    },
    limits: {
      containerDefault: { cpu: "500m", memory: "512Mi" },
      containerDefaultRequest: { cpu: "100m", memory: "256Mi" },
      containerMax: { cpu: "4", memory: "8Gi" },
    },
  },
};

const staging: CancerSizes = {
  ...production,
  api: {
    replicas: 2,
    resources: { requests: { cpu: "250m", memory: "512Mi" }, limits: { cpu: "1000m", memory: "1Gi" } },
    autoscaling: { min: 2, max: 4, cpuPercent: 70, memoryPercent: 80, ...upFastDownSlowly },
  },
};

/** Dev fits a laptop: fixed replicas, no autoscaler. Two API pods, so that a rollout and a budget mean something. */
const dev: CancerSizes = {
  api: {
    replicas: 2,
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
  },
  mlflow: {
    replicas: 1,
    resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { cpu: "500m", memory: "1Gi" } },
  },
  prometheus: {
    replicas: 1,
    resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
  },
  grafana: {
    replicas: 1,
    resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { cpu: "250m", memory: "256Mi" } },
  },
  claims: {
    models: "1Gi",
    data: "1Gi",
    logs: "1Gi",
    mlflowArtifacts: "2Gi",
    mlflowBackend: "1Gi",
    prometheusData: "2Gi",
    grafanaData: "1Gi",
  },
  prometheusRetentionDays: 30,
  namespace: {
    quota: {
      "requests.cpu": "2",
      "limits.cpu": "8",
      "requests.memory": "4Gi",
      "limits.memory": "8Gi",
      "requests.storage": "20Gi",
      persistentvolumeclaims: "10",
      pods: "20",
      "services.loadbalancers": "1",
    },
    limits: {
      containerDefault: { cpu: "250m", memory: "256Mi" },
      containerDefaultRequest: { cpu: "50m", memory: "64Mi" },
      containerMax: { cpu: "2", memory: "4Gi" },
    },
  },
};

export const cancerSizes: Record<Environment, CancerSizes> = { dev, staging, production };
