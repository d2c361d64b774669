/** Dev fits a laptop: one of each, no autoscaler; two of stable's gatekeeper, so that a rollout means something. */
import type { CodeReviewSizes } from "./sizes.ts";
import { share } from "../share.ts";
import type { Quota } from "../types.ts";

const small = share("20m", "64Mi", "250m", "256Mi");
const one = {
  "auth-service": { replicas: 1, resources: small },
  "analysis-service": { replicas: 1, resources: small },
  "ai-orchestrator": { replicas: 1, resources: small },
  others: { replicas: 1, resources: small },
};
const store = share("10m", "64Mi", "250m", "256Mi");

const limits = {
  containerDefault: { cpu: "250m", memory: "256Mi" },
  containerDefaultRequest: { cpu: "20m", memory: "32Mi" },
  containerMax: { cpu: "2", memory: "4Gi" },
};
const quota: Quota = {
  "requests.cpu": "1",
  "limits.cpu": "10",
  "requests.memory": "2Gi",
  "limits.memory": "8Gi",
  pods: "25",
};

export const development: CodeReviewSizes = {
  stable: { ...one, "auth-service": { replicas: 2, resources: small } },
  experiment: one,
  quarantine: one,
  postgresql: { replicas: 1, resources: share("50m", "256Mi", "500m", "512Mi"), storage: "2Gi" },
  cache: { replicas: 1, resources: share("20m", "32Mi", "100m", "128Mi"), storage: "1Gi" },
  // Its chart refuses less.
  neo4j: { replicas: 1, resources: share("500m", "2Gi", "1", "2Gi"), storage: "2Gi" },
  objectStore: {
    masters: { replicas: 1, resources: store, storage: "1Gi" },
    volumes: { replicas: 1, resources: store, storage: "2Gi" },
    filers: { replicas: 1, resources: store, storage: "1Gi" },
  },
  kafka: {
    brokers: { replicas: 1, resources: share("50m", "512Mi", "500m", "1Gi"), storage: "2Gi" },
    replicationFactor: 1,
    minInSyncReplicas: 1,
  },
  opa: { replicas: 1, resources: share("10m", "32Mi", "250m", "128Mi") },
  namespaces: {
    stable: { quota, limits },
    experiment: { quota, limits },
    quarantine: { quota, limits },
    infrastructure: {
      quota: {
        ...quota,
        "limits.memory": "12Gi",
        "requests.cpu": "2",
        "requests.memory": "6Gi",
        "requests.storage": "30Gi",
        persistentvolumeclaims: "15",
      },
      limits,
    },
  },
};
