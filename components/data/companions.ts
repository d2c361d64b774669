/**
 * What runs beside a data service, however big it is: exporters, sidecars, the small halves of operators. Requests are
 * what such a container was seen to take when idle, limits about what it takes at a restart.
 */
import type { Resources } from "../../platforms/model/index.ts";

const small: Resources = {
  requests: { cpu: "10m", memory: "32Mi" },
  limits: { cpu: "100m", memory: "64Mi" },
};

export const companions = {
  /** Archives the write-ahead log beside PostgreSQL: compresses 16 MiB segments in Python. */
  barmanSidecar: {
    requests: { cpu: "50m", memory: "128Mi" },
    limits: { cpu: "500m", memory: "384Mi" },
  },
  valkeyExporter: small,
  valkeySentinel: small,
  /** Leads writes to the master. */
  valkeyProxy: small,
  /** Writes a configuration file and ends. */
  valkeyInit: small,
  /** A JVM each: Strimzi's own advice is 512Mi, for thousands of topics. */
  kafkaTopicOperator: {
    requests: { cpu: "50m", memory: "256Mi" },
    limits: { cpu: "500m", memory: "384Mi" },
  },
  kafkaUserOperator: {
    requests: { cpu: "50m", memory: "256Mi" },
    limits: { cpu: "500m", memory: "384Mi" },
  },
  kafkaExporter: {
    requests: { cpu: "10m", memory: "64Mi" },
    limits: { cpu: "200m", memory: "128Mi" },
  },
  /** Makes buckets with a dozen requests and ends. */
  bucketSetUp: small,
  /** Walks the buckets for what has expired. */
  bucketLifecycle: {
    requests: { cpu: "50m", memory: "64Mi" },
    limits: { cpu: "500m", memory: "256Mi" },
  },
  /** Translates statsd to Prometheus. */
  statsdExporter: small,
  /** Airflow's helper processes beside a server: log clean-up, waiting for migrations, migrations themselves. */
  airflowHelper: {
    requests: { cpu: "50m", memory: "256Mi" },
    limits: { cpu: "1", memory: "1Gi" },
  },
} as const satisfies Record<string, Resources>;
