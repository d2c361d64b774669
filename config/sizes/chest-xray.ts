/** Sizes of the chest-xray platform, of each of its two copies. Production carries the seed's figures (seed 004). */
import type { Environment } from "../schema/settings.ts";
import { upFastDownSlowly } from "./scaling.ts";
import { share } from "./share.ts";
import type { NamespaceSize, StoreSize, WorkloadSize } from "./types.ts";

export interface ChestXraySizes {
  /** A copy that takes requests. */
  readonly api: WorkloadSize;
  readonly postgresql: StoreSize;
  /** Of each copy's namespace. */
  readonly namespace: NamespaceSize;
}

/** Figures of seed 004, "Production Values". */
const production: ChestXraySizes = {
  api: {
    replicas: 3,
    resources: share("1000m", "2Gi", "2000m", "4Gi"),
    autoscaling: { min: 3, max: 10, cpuPercent: 70, memoryPercent: 80, ...upFastDownSlowly },
  },
  postgresql: { replicas: 2, resources: share("500m", "1Gi", "2", "4Gi"), storage: "50Gi" },
  // Ten pods with three more of a rollout, their sidecars, and the database while one of it is replaced.
  namespace: {
    quota: {
      "requests.cpu": "20",
      "limits.cpu": "44",
      "requests.memory": "36Gi",
      "limits.memory": "80Gi",
      "requests.storage": "300Gi",
      persistentvolumeclaims: "10",
      pods: "30",
    },
    limits: {
      containerDefault: { cpu: "500m", memory: "512Mi" },
      containerDefaultRequest: { cpu: "100m", memory: "128Mi" },
      containerMax: { cpu: "4", memory: "8Gi" },
    },
  },
};

const staging: ChestXraySizes = {
  ...production,
  api: {
    replicas: 2,
    resources: share("500m", "1Gi", "1000m", "2Gi"),
    autoscaling: { min: 2, max: 4, cpuPercent: 70, memoryPercent: 80, ...upFastDownSlowly },
  },
  postgresql: { replicas: 1, resources: share("100m", "512Mi", "1", "1Gi"), storage: "20Gi" },
};

/** Dev fits a laptop: two pods take requests, so that a switch and a rollout mean something. */
const dev: ChestXraySizes = {
  api: { replicas: 2, resources: share("50m", "64Mi", "250m", "256Mi") },
  postgresql: { replicas: 1, resources: share("50m", "256Mi", "500m", "512Mi"), storage: "1Gi" },
  namespace: {
    quota: {
      "requests.cpu": "1",
      "limits.cpu": "6",
      "requests.memory": "2Gi",
      "limits.memory": "5Gi",
      "requests.storage": "5Gi",
      persistentvolumeclaims: "4",
      pods: "15",
    },
    limits: {
      containerDefault: { cpu: "250m", memory: "256Mi" },
      containerDefaultRequest: { cpu: "20m", memory: "32Mi" },
      containerMax: { cpu: "2", memory: "4Gi" },
    },
  },
};

export const chestXraySizes: Record<Environment, ChestXraySizes> = { dev, staging, production };
