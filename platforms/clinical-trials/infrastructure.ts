/** Level 0 (seed 000, "Infrastructure"): object store, PostgreSQL, cache, Kafka. */
import { baseBackups, dailyDump, dailyMirror, hourlyDump } from "../backup-schedules.ts";
import type {
  ApplicationSpec,
  Caller,
  KafkaSpec,
  ObjectStoreSpec,
  PostgresqlSpec,
  ValkeySpec,
} from "../model/index.ts";
import { namespaceOf, sizesOf, type ClinicalStack } from "./stack.ts";

export function infrastructure(stack: ClinicalStack): ApplicationSpec {
  return {
    name: "infrastructure",
    namespace: namespaceOf(stack),
    configs: [],
    secrets: [],
    claims: [],
    data: [objectStore(stack), postgresql(stack), cache(stack), kafka(stack)],
    workloads: [],
    routes: [],
  };
}

/** Those who call a data service at one of its ports, and Prometheus. */
function callers(port: string, ...workloads: readonly string[]): Caller[] {
  return [
    ...workloads.map((workload): Caller => ({ kind: "workload", workload, port })),
    { kind: "monitoring", port: "metrics" },
  ];
}

/** MinIO's place is taken by an S3 store that is still maintained. */
export function objectStore(stack: ClinicalStack): ObjectStoreSpec {
  const { objectStore: size } = sizesOf(stack);
  return {
    kind: "object-store",
    name: "object-store",
    purpose: "Clinical data, features and model artifacts",
    size,
    buckets: [
      { name: "clinical-mlops", versioned: true, expireDays: 90 },
      { name: "mlflow-artifacts", versioned: true, expireDays: 90 },
      { name: "features", versioned: false },
      { name: "postgresql-archive", versioned: false },
    ],
    users: [
      { name: "postgresql", access: { "postgresql-archive": "write" } },
      { name: "kafka-consumer", access: { "clinical-mlops": "write" } },
      { name: "spark", access: { "clinical-mlops": "write", features: "write" } },
      { name: "feature-engineering", access: { "clinical-mlops": "read", features: "write" } },
      { name: "mlflow", access: { "mlflow-artifacts": "write" } },
      { name: "training", access: { features: "read" } },
      { name: "airflow", access: { "clinical-mlops": "write", features: "read" } },
      { name: "monitoring-service", access: { features: "read" } },
    ],
    callers: callers(
      "s3",
      "postgresql",
      "kafka-consumer",
      "spark-streaming",
      "spark-batch",
      "feature-engineering",
      "mlflow",
      "training",
      "airflow",
      "monitoring-service",
    ),
    // "MinIO Backups": daily at 3, the two critical buckets, off the site.
    mirror: { ...dailyMirror, buckets: ["mlflow-artifacts", "clinical-mlops"] },
    priorityClass: "critical-priority",
    rotation: 1,
  };
}

/** One server for MLflow, Airflow and the gateway, a database and an owner each. */
export function postgresql(stack: ClinicalStack): PostgresqlSpec {
  return {
    kind: "postgresql",
    name: "postgresql",
    purpose: "Experiments, workflow states and trial records",
    version: 17,
    databases: ["mlflow", "airflow", "clinical"],
    size: sizesOf(stack).postgresql,
    // Airflow's workers at their most, MLflow's processes and the gateway's, with a pool each.
    parameters: { max_connections: "300" },
    callers: callers("postgresql", "clinical-gateway", "mlflow", "airflow"),
    // "Database Backups": every 6 hours, 30 days.
    backup: baseBackups,
    archive: { store: "object-store", bucket: "postgresql-archive", user: "postgresql" },
    priorityClass: "critical-priority",
    rotation: 1,
  };
}

/** Redis' place is taken by Valkey. Airflow's tasks are in it, so nothing may be evicted. */
export function cache(stack: ClinicalStack): ValkeySpec {
  return {
    kind: "valkey",
    name: "cache",
    purpose: "Sessions, features for serving, and Airflow's tasks",
    size: sizesOf(stack).cache,
    evictionPolicy: "noeviction",
    callers: callers("valkey", "clinical-gateway", "feature-engineering", "airflow"),
    backup: hourlyDump,
    priorityClass: "critical-priority",
    rotation: 1,
  };
}

export const topics = {
  clinicalEvents: "clinical-events",
  deadLetters: "clinical-events-dead-letters",
  predictions: "model-predictions",
} as const;

/** Kafka without ZooKeeper. */
export function kafka(stack: ClinicalStack): KafkaSpec {
  const everyone = [
    "kafka-producer",
    "kafka-consumer",
    "spark-streaming",
    "model-serving",
    "monitoring-service",
  ];
  return {
    kind: "kafka",
    name: "kafka",
    purpose: "Clinical events and predictions on their way",
    size: sizesOf(stack).kafka,
    topics: [
      { name: topics.clinicalEvents, partitions: 12, retentionHours: 168 },
      { name: topics.deadLetters, partitions: 3, retentionHours: 720 },
      { name: topics.predictions, partitions: 6, retentionHours: 168 },
    ],
    users: [
      { name: "kafka-producer", produces: [topics.clinicalEvents], consumes: [] },
      {
        name: "kafka-consumer",
        produces: [topics.deadLetters],
        consumes: [{ topic: topics.clinicalEvents, group: "kafka-consumer" }],
      },
      {
        name: "spark-streaming",
        produces: [],
        consumes: [{ topic: topics.clinicalEvents, group: "spark-streaming" }],
      },
      { name: "model-serving", produces: [topics.predictions], consumes: [] },
      {
        name: "monitoring-service",
        produces: [],
        consumes: [{ topic: topics.predictions, group: "monitoring-service" }],
      },
    ],
    callers: callers("kafka", ...everyone),
    backup: { ...dailyDump, archive: stack.clinical.archiveTopics },
    priorityClass: "critical-priority",
    rotation: 1,
  };
}
