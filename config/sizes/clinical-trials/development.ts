/** Dev fits a laptop: one replica of everything, no autoscaler. */
import type { ClinicalTrialsSizes } from "./sizes.ts";
import { share } from "../share.ts";
import { seedLimits } from "./figures.ts";

/**
 * Seed 000, "Development Overlay": 256Mi, 100m. Its one figure is what is requested; with it as a limit a server in
 * Python would start for minutes.
 */
const small = share("100m", "256Mi", "500m", "512Mi");
const service = { replicas: 1, resources: small };

export const development: ClinicalTrialsSizes = {
  services: {
    "clinical-gateway": service,
    "kafka-producer": service,
    "kafka-consumer": service,
    "feature-engineering": service,
    // Its processes need more than the others' to start at all.
    mlflow: { replicas: 1, resources: share("100m", "256Mi", "500m", "1Gi") },
    "model-serving": service,
    "monitoring-service": service,
  },
  postgresql: { replicas: 1, resources: share("100m", "256Mi", "500m", "512Mi"), storage: "5Gi" },
  cache: { replicas: 1, resources: share("20m", "64Mi", "250m", "128Mi"), storage: "1Gi" },
  objectStore: {
    masters: { replicas: 1, resources: share("20m", "64Mi", "250m", "256Mi"), storage: "1Gi" },
    volumes: { replicas: 1, resources: share("50m", "128Mi", "250m", "512Mi"), storage: "5Gi" },
    filers: { replicas: 1, resources: share("50m", "128Mi", "250m", "512Mi"), storage: "1Gi" },
  },
  kafka: {
    brokers: { replicas: 1, resources: share("100m", "768Mi", "1", "1Gi"), storage: "5Gi" },
    replicationFactor: 1,
    minInSyncReplicas: 1,
  },
  sparkStreaming: {
    driver: share("100m", "512Mi", "500m", "1Gi"),
    executor: share("100m", "512Mi", "500m", "1Gi"),
    executors: 1,
  },
  sparkBatch: {
    driver: share("100m", "512Mi", "500m", "1Gi"),
    executor: share("100m", "512Mi", "500m", "1Gi"),
    executors: 1,
  },
  training: share("250m", "512Mi", "1", "1Gi"),
  airflow: {
    apiServer: { replicas: 1, resources: share("100m", "512Mi", "500m", "1536Mi") },
    scheduler: { replicas: 1, resources: share("100m", "384Mi", "500m", "1Gi") },
    dagProcessor: { replicas: 1, resources: share("50m", "256Mi", "250m", "512Mi") },
    triggerer: { replicas: 1, resources: share("50m", "256Mi", "250m", "512Mi") },
    worker: { replicas: 1, resources: share("100m", "512Mi", "500m", "1536Mi") },
    logs: "2Gi",
  },
  namespace: {
    quota: {
      "requests.cpu": "10",
      "limits.cpu": "40",
      "requests.memory": "24Gi",
      "limits.memory": "48Gi",
      "requests.storage": "60Gi",
      persistentvolumeclaims: "30",
      pods: "60",
      "count/deployments.apps": "50",
    },
    limits: seedLimits,
  },
};
