/**
 * Sizes of the health-data platform. Seed 003 gives no figures: production survives a node, the rest is what such
 * services need.
 */
import type { Environment } from "../schema/settings.ts";
import { upFastDownSlowly } from "./scaling.ts";
import { share } from "./share.ts";
import type { NamespaceSize, ObjectStoreSize, StoreSize, WorkloadSize } from "./types.ts";

export interface HealthDataSizes {
  readonly services: Readonly<
    Record<"health-api" | "etl-engine" | "webauthn-server" | "webauthn-example-service", WorkloadSize>
  >;
  /** Volume on which the ETL engine remembers what it has seen. */
  readonly deduplication: string;
  readonly postgresql: StoreSize;
  readonly cache: StoreSize;
  readonly objectStore: ObjectStoreSize;
  readonly rabbitmq: StoreSize;
  readonly namespace: NamespaceSize;
}

const production: HealthDataSizes = {
  services: {
    "health-api": {
      replicas: 3,
      resources: share("250m", "512Mi", "1", "1Gi"),
      autoscaling: { min: 3, max: 10, cpuPercent: 70, memoryPercent: 80, ...upFastDownSlowly },
    },
    "etl-engine": { replicas: 1, resources: share("500m", "1Gi", "2", "4Gi") },
    "webauthn-server": { replicas: 2, resources: share("250m", "512Mi", "1", "1Gi") },
    "webauthn-example-service": { replicas: 2, resources: share("100m", "256Mi", "500m", "512Mi") },
  },
  deduplication: "10Gi",
  postgresql: { replicas: 3, resources: share("500m", "1Gi", "2", "4Gi"), storage: "50Gi" },
  cache: { replicas: 3, resources: share("100m", "256Mi", "500m", "512Mi"), storage: "5Gi" },
  objectStore: {
    masters: { replicas: 3, resources: share("100m", "128Mi", "500m", "512Mi"), storage: "5Gi" },
    volumes: { replicas: 3, resources: share("250m", "512Mi", "1", "2Gi"), storage: "100Gi" },
    filers: { replicas: 2, resources: share("100m", "256Mi", "500m", "1Gi"), storage: "10Gi" },
  },
  rabbitmq: { replicas: 3, resources: share("250m", "512Mi", "1", "2Gi"), storage: "10Gi" },
  // The API at its maximum, one more of each server for a rollout, sidecars, the stores and their exporters.
  namespace: {
    quota: {
      "requests.cpu": "16",
      "limits.cpu": "64",
      "requests.memory": "32Gi",
      "limits.memory": "96Gi",
      "requests.storage": "1Ti",
      persistentvolumeclaims: "30",
      pods: "60",
    },
    limits: {
      containerDefault: { cpu: "500m", memory: "512Mi" },
      containerDefaultRequest: { cpu: "100m", memory: "128Mi" },
      containerMax: { cpu: "4", memory: "8Gi" },
    },
  },
};

const staging: HealthDataSizes = {
  ...production,
  services: {
    "health-api": {
      replicas: 2,
      resources: share("100m", "256Mi", "500m", "512Mi"),
      autoscaling: { min: 2, max: 4, cpuPercent: 70, memoryPercent: 80, ...upFastDownSlowly },
    },
    "etl-engine": { replicas: 1, resources: share("250m", "512Mi", "1", "2Gi") },
    "webauthn-server": { replicas: 1, resources: share("100m", "256Mi", "500m", "512Mi") },
    "webauthn-example-service": { replicas: 1, resources: share("50m", "128Mi", "250m", "256Mi") },
  },
  deduplication: "5Gi",
  postgresql: { replicas: 2, resources: share("100m", "512Mi", "1", "1Gi"), storage: "20Gi" },
  cache: { replicas: 1, resources: share("50m", "128Mi", "250m", "256Mi"), storage: "2Gi" },
  objectStore: {
    masters: { replicas: 1, resources: share("50m", "64Mi", "250m", "256Mi"), storage: "2Gi" },
    volumes: { replicas: 2, resources: share("50m", "256Mi", "500m", "1Gi"), storage: "20Gi" },
    filers: { replicas: 1, resources: share("50m", "128Mi", "250m", "512Mi"), storage: "5Gi" },
  },
  rabbitmq: { replicas: 1, resources: share("100m", "256Mi", "500m", "1Gi"), storage: "5Gi" },
};

/** Dev fits a laptop: one of each. */
const dev: HealthDataSizes = {
  services: {
    "health-api": { replicas: 1, resources: share("50m", "64Mi", "250m", "256Mi") },
    "etl-engine": { replicas: 1, resources: share("50m", "64Mi", "250m", "256Mi") },
    "webauthn-server": { replicas: 1, resources: share("50m", "64Mi", "250m", "256Mi") },
    "webauthn-example-service": { replicas: 1, resources: share("20m", "32Mi", "100m", "128Mi") },
  },
  deduplication: "1Gi",
  postgresql: { replicas: 1, resources: share("50m", "256Mi", "500m", "512Mi"), storage: "2Gi" },
  cache: { replicas: 1, resources: share("20m", "32Mi", "100m", "128Mi"), storage: "1Gi" },
  objectStore: {
    masters: { replicas: 1, resources: share("10m", "64Mi", "250m", "256Mi"), storage: "1Gi" },
    volumes: { replicas: 1, resources: share("10m", "64Mi", "250m", "256Mi"), storage: "2Gi" },
    filers: { replicas: 1, resources: share("10m", "64Mi", "250m", "256Mi"), storage: "1Gi" },
  },
  rabbitmq: { replicas: 1, resources: share("50m", "256Mi", "500m", "512Mi"), storage: "1Gi" },
  namespace: {
    quota: {
      "requests.cpu": "3",
      "limits.cpu": "12",
      "requests.memory": "5Gi",
      "limits.memory": "12Gi",
      "requests.storage": "20Gi",
      persistentvolumeclaims: "12",
      pods: "30",
    },
    limits: {
      containerDefault: { cpu: "250m", memory: "256Mi" },
      containerDefaultRequest: { cpu: "20m", memory: "32Mi" },
      containerMax: { cpu: "2", memory: "4Gi" },
    },
  },
};

export const healthDataSizes: Record<Environment, HealthDataSizes> = { dev, staging, production };

/** Somebody looks at it for some days: one of each, as on a laptop. */
export const healthDataPreviewSizes: HealthDataSizes = dev;
