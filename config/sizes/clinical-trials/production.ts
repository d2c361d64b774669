/** Production: the figures of seed 000. */
import type { ClinicalTrialsSizes } from "./sizes.ts";
import { upFastDownSlowly } from "../scaling.ts";
import { share } from "../share.ts";
import { seedLimits } from "./figures.ts";

/**
 * "Production Overlay": 500m to 2 CPU, 1 to 2Gi. Model serving, which computes, may use all of it; the others stop at one
 * CPU. So the seed's quota of 200 CPUs holds its autoscalers at their maximum, with all of model serving twice while
 * blue and green stand side by side.
 */
const computing = share("500m", "1Gi", "2", "2Gi");
const answering = share("500m", "1Gi", "1", "2Gi");

export const production: ClinicalTrialsSizes = {
  // "HorizontalPodAutoscalers (5 HPAs)". It gives metrics for two of them; the others take the gateway's.
  services: {
    "clinical-gateway": {
      replicas: 3,
      resources: answering,
      autoscaling: { min: 3, max: 10, cpuPercent: 70, memoryPercent: 80, ...upFastDownSlowly },
    },
    "kafka-producer": { replicas: 3, resources: answering },
    "kafka-consumer": { replicas: 3, resources: answering },
    "feature-engineering": {
      replicas: 2,
      resources: answering,
      autoscaling: { min: 2, max: 8, cpuPercent: 70, memoryPercent: 80, ...upFastDownSlowly },
    },
    mlflow: { replicas: 3, resources: answering },
    "model-serving": {
      replicas: 3,
      resources: computing,
      autoscaling: { min: 3, max: 15, cpuPercent: 75, memoryPercent: 85, ...upFastDownSlowly },
    },
    "monitoring-service": { replicas: 3, resources: answering },
  },
  postgresql: { replicas: 3, resources: share("500m", "4Gi", "1500m", "4Gi"), storage: "50Gi" },
  cache: { replicas: 3, resources: share("100m", "512Mi", "500m", "1Gi"), storage: "8Gi" },
  objectStore: {
    masters: { replicas: 3, resources: share("50m", "128Mi", "250m", "512Mi"), storage: "2Gi" },
    volumes: { replicas: 3, resources: share("250m", "1Gi", "1", "2Gi"), storage: "100Gi" },
    filers: { replicas: 2, resources: share("100m", "512Mi", "500m", "1Gi"), storage: "10Gi" },
  },
  kafka: {
    controllers: { replicas: 3, resources: share("100m", "1Gi", "500m", "1Gi"), storage: "10Gi" },
    brokers: { replicas: 3, resources: share("500m", "4Gi", "1500m", "4Gi"), storage: "50Gi" },
    replicationFactor: 3,
    minInSyncReplicas: 2,
  },
  sparkStreaming: {
    driver: share("250m", "1Gi", "500m", "2Gi"),
    executor: share("500m", "2Gi", "1", "3Gi"),
    executors: 2,
  },
  sparkBatch: {
    driver: share("250m", "1Gi", "500m", "2Gi"),
    executor: share("500m", "2Gi", "1", "3Gi"),
    executors: 3,
  },
  training: share("2", "6Gi", "3", "12Gi"),
  airflow: {
    apiServer: {
      replicas: 2,
      resources: share("250m", "1Gi", "750m", "2Gi"),
      autoscaling: { min: 2, max: 5, cpuPercent: 70, memoryPercent: 80, ...upFastDownSlowly },
    },
    scheduler: { replicas: 2, resources: share("250m", "1Gi", "1", "2Gi") },
    dagProcessor: { replicas: 2, resources: share("100m", "512Mi", "500m", "1Gi") },
    triggerer: { replicas: 2, resources: share("100m", "512Mi", "500m", "1Gi") },
    worker: {
      replicas: 3,
      resources: share("500m", "1536Mi", "1", "3Gi"),
      autoscaling: { min: 3, max: 20, cpuPercent: 70, memoryPercent: 80, ...upFastDownSlowly },
    },
    logs: "50Gi",
  },
  // "Resource Management".
  namespace: {
    quota: {
      "requests.cpu": "100",
      "limits.cpu": "200",
      "requests.memory": "200Gi",
      "limits.memory": "400Gi",
      "requests.storage": "1Ti",
      persistentvolumeclaims: "50",
      pods: "200",
      "count/deployments.apps": "50",
    },
    limits: seedLimits,
  },
};
