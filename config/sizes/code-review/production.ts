/** Production: the figures of seed 002. */
import type { CodeReviewSizes } from "./sizes.ts";
import { share } from "../share.ts";
import type { Quota } from "../types.ts";
import { limits, seedScaling, seedShares } from "./figures.ts";

const quota = (
  cpu: string,
  cpuLimits: string,
  memory: string,
  memoryLimits: string,
  pods: string,
): Quota => ({
  "requests.cpu": cpu,
  "limits.cpu": cpuLimits,
  "requests.memory": memory,
  "limits.memory": memoryLimits,
  pods,
});

/** Seed 002, "Experimentation (V1)": 1-2 replicas; "Quarantine (V3)": 1. */
const versions = (replicas: number) => ({
  "auth-service": { replicas, resources: seedShares["auth-service"] },
  "analysis-service": { replicas, resources: seedShares["analysis-service"] },
  "ai-orchestrator": { replicas: 1, resources: seedShares["ai-orchestrator"] },
  others: { replicas: 1, resources: seedShares["auth-service"] },
});

export const production: CodeReviewSizes = {
  // "Deployments (3)", "Horizontal Pod Autoscaling (3)".
  stable: {
    "auth-service": {
      replicas: 3,
      resources: seedShares["auth-service"],
      autoscaling: { min: 3, max: 20, cpuPercent: 70, memoryPercent: 80, ...seedScaling() },
    },
    "analysis-service": {
      replicas: 3,
      resources: seedShares["analysis-service"],
      autoscaling: { min: 3, max: 50, cpuPercent: 70, memoryPercent: 80, ...seedScaling(4) },
    },
    "ai-orchestrator": {
      replicas: 2,
      resources: seedShares["ai-orchestrator"],
      autoscaling: { min: 2, max: 30, cpuPercent: 75, memoryPercent: 80, ...seedScaling(2) },
    },
    others: { replicas: 3, resources: seedShares["auth-service"] },
  },
  experiment: versions(2),
  quarantine: versions(1),
  postgresql: { replicas: 3, resources: share("500m", "2Gi", "2", "4Gi"), storage: "100Gi" },
  cache: { replicas: 3, resources: share("100m", "512Mi", "500m", "1Gi"), storage: "8Gi" },
  neo4j: { replicas: 1, resources: share("500m", "2Gi", "2", "4Gi"), storage: "50Gi" },
  objectStore: {
    masters: { replicas: 3, resources: share("50m", "128Mi", "250m", "512Mi"), storage: "2Gi" },
    volumes: { replicas: 3, resources: share("250m", "512Mi", "1", "2Gi"), storage: "100Gi" },
    filers: { replicas: 2, resources: share("100m", "256Mi", "500m", "1Gi"), storage: "10Gi" },
  },
  kafka: {
    controllers: { replicas: 3, resources: share("100m", "512Mi", "500m", "1Gi"), storage: "10Gi" },
    brokers: { replicas: 3, resources: share("250m", "2Gi", "1", "4Gi"), storage: "50Gi" },
    replicationFactor: 3,
    minInSyncReplicas: 2,
  },
  opa: { replicas: 2, resources: share("100m", "128Mi", "500m", "512Mi") },
  namespaces: {
    // Autoscalers at their maxima (20 + 50 + 30 pods), a quarter more of each in a rollout, the other services and a
    // sidecar each.
    stable: { quota: quota("90", "370", "170Gi", "660Gi", "160"), limits },
    experiment: { quota: quota("8", "40", "16Gi", "80Gi", "40"), limits },
    quarantine: { quota: quota("8", "36", "14Gi", "70Gi", "30"), limits },
    infrastructure: {
      quota: {
        ...quota("12", "48", "40Gi", "96Gi", "60"),
        "requests.storage": "2Ti",
        persistentvolumeclaims: "40",
      },
      limits,
    },
  },
};
