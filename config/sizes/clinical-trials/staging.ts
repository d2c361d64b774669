/** Staging: two replicas of what users wait for, one of the rest; autoscalers move between bounds of their own. */
import type { ClinicalTrialsSizes } from "./sizes.ts";
import { upFastDownSlowly } from "../scaling.ts";
import { share } from "../share.ts";
import { seedLimits } from "./figures.ts";

/** Seed 000, "Staging Overlay": 512Mi to 1Gi, 250m to 1 CPU. */
const medium = share("250m", "512Mi", "1", "1Gi");

export const staging: ClinicalTrialsSizes = {
  services: {
    "clinical-gateway": {
      replicas: 2,
      resources: medium,
      autoscaling: { min: 2, max: 4, cpuPercent: 70, memoryPercent: 80, ...upFastDownSlowly },
    },
    "kafka-producer": { replicas: 1, resources: medium },
    "kafka-consumer": { replicas: 1, resources: medium },
    "feature-engineering": {
      replicas: 1,
      resources: medium,
      autoscaling: { min: 1, max: 3, cpuPercent: 70, memoryPercent: 80, ...upFastDownSlowly },
    },
    mlflow: { replicas: 2, resources: medium },
    "model-serving": {
      replicas: 2,
      resources: medium,
      autoscaling: { min: 2, max: 5, cpuPercent: 75, memoryPercent: 85, ...upFastDownSlowly },
    },
    "monitoring-service": { replicas: 1, resources: medium },
  },
  postgresql: { replicas: 2, resources: share("250m", "1Gi", "1", "1Gi"), storage: "20Gi" },
  cache: { replicas: 3, resources: share("50m", "128Mi", "250m", "256Mi"), storage: "2Gi" },
  objectStore: {
    masters: { replicas: 1, resources: share("50m", "128Mi", "250m", "256Mi"), storage: "1Gi" },
    volumes: { replicas: 2, resources: share("100m", "256Mi", "500m", "1Gi"), storage: "20Gi" },
    filers: { replicas: 1, resources: share("50m", "256Mi", "500m", "512Mi"), storage: "5Gi" },
  },
  kafka: {
    brokers: { replicas: 3, resources: share("250m", "1Gi", "1", "1Gi"), storage: "10Gi" },
    replicationFactor: 3,
    minInSyncReplicas: 2,
  },
  sparkStreaming: {
    driver: share("100m", "512Mi", "500m", "1Gi"),
    executor: share("250m", "1Gi", "1", "2Gi"),
    executors: 1,
  },
  sparkBatch: {
    driver: share("100m", "512Mi", "500m", "1Gi"),
    executor: share("250m", "1Gi", "1", "2Gi"),
    executors: 1,
  },
  training: share("1", "2Gi", "2", "4Gi"),
  airflow: {
    apiServer: {
      replicas: 1,
      resources: share("100m", "1Gi", "1", "2Gi"),
      autoscaling: { min: 1, max: 2, cpuPercent: 70, memoryPercent: 80, ...upFastDownSlowly },
    },
    scheduler: { replicas: 1, resources: share("100m", "768Mi", "1", "1536Mi") },
    dagProcessor: { replicas: 1, resources: share("100m", "512Mi", "500m", "1Gi") },
    triggerer: { replicas: 1, resources: share("100m", "512Mi", "500m", "1Gi") },
    worker: {
      replicas: 2,
      resources: share("250m", "1Gi", "1", "2Gi"),
      autoscaling: { min: 2, max: 6, cpuPercent: 70, memoryPercent: 80, ...upFastDownSlowly },
    },
    logs: "10Gi",
  },
  namespace: {
    quota: {
      "requests.cpu": "30",
      "limits.cpu": "80",
      "requests.memory": "60Gi",
      "limits.memory": "120Gi",
      "requests.storage": "300Gi",
      persistentvolumeclaims: "50",
      pods: "100",
      "count/deployments.apps": "50",
    },
    limits: seedLimits,
  },
};
