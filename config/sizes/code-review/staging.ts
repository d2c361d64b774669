/** Staging: production's shape, half its figures. */
import type { CodeReviewSizes } from "./sizes.ts";
import { share } from "../share.ts";
import { seedScaling } from "./figures.ts";
import { production } from "./production.ts";

const shares = {
  "auth-service": share("100m", "256Mi", "500m", "1Gi"),
  "analysis-service": share("250m", "512Mi", "1000m", "2Gi"),
  "ai-orchestrator": share("500m", "1Gi", "2000m", "4Gi"),
};
const one = {
  "auth-service": { replicas: 1, resources: shares["auth-service"] },
  "analysis-service": { replicas: 1, resources: shares["analysis-service"] },
  "ai-orchestrator": { replicas: 1, resources: shares["ai-orchestrator"] },
  others: { replicas: 1, resources: shares["auth-service"] },
};

export const staging: CodeReviewSizes = {
  ...production,
  stable: {
    ...one,
    "auth-service": {
      replicas: 2,
      resources: shares["auth-service"],
      autoscaling: { min: 2, max: 4, cpuPercent: 70, memoryPercent: 80, ...seedScaling() },
    },
    "analysis-service": {
      replicas: 2,
      resources: shares["analysis-service"],
      autoscaling: { min: 2, max: 4, cpuPercent: 70, memoryPercent: 80, ...seedScaling(4) },
    },
    "ai-orchestrator": {
      replicas: 1,
      resources: shares["ai-orchestrator"],
      autoscaling: { min: 1, max: 2, cpuPercent: 75, memoryPercent: 80, ...seedScaling(2) },
    },
  },
  experiment: one,
  quarantine: one,
  postgresql: { replicas: 2, resources: share("100m", "512Mi", "1", "1Gi"), storage: "20Gi" },
  cache: { replicas: 1, resources: share("50m", "128Mi", "250m", "256Mi"), storage: "2Gi" },
  neo4j: { replicas: 1, resources: share("500m", "2Gi", "1", "2Gi"), storage: "10Gi" },
  objectStore: {
    masters: { replicas: 1, resources: share("50m", "64Mi", "250m", "256Mi"), storage: "2Gi" },
    volumes: { replicas: 2, resources: share("50m", "256Mi", "500m", "1Gi"), storage: "20Gi" },
    filers: { replicas: 1, resources: share("50m", "128Mi", "250m", "512Mi"), storage: "5Gi" },
  },
  kafka: {
    brokers: { replicas: 3, resources: share("100m", "768Mi", "500m", "1Gi"), storage: "10Gi" },
    replicationFactor: 3,
    minInSyncReplicas: 2,
  },
  opa: { replicas: 2, resources: share("20m", "64Mi", "250m", "256Mi") },
};
