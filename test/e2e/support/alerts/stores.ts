/** Cases of the alerts that data stores bring along. */
import { growing, series, steady, valued, type AlertCase, type CaseOf, type Place } from "./case.ts";

/** A series of a pod of the store. */
const of = ({ namespace }: Place, metric: string, pod: string, more: Readonly<Record<string, string>> = {}) =>
  series(metric, { namespace, pod, ...more });

/** A value of one pod that says how it is. */
const value =
  (
    metric: string,
    podOf: (store: string) => string,
    bad: number,
    good: number,
    more: Partial<AlertCase> = {},
  ): CaseOf =>
  (place) =>
    valued(of(place, metric, podOf(place.store)), steady(bad), steady(good), more);

const first = (store: string) => `${store}-1`;
const zeroth = (store: string) => `${store}-0`;

export const storeCases: Readonly<Record<string, CaseOf>> = {
  // Quiet while one of the servers answers; firing also when no series is left.
  PostgresqlDown: (place) => ({
    fires: {
      [of(place, "cnpg_collector_up", "elsewhere-1")]: steady(1),
    },
    quiet: {
      [of(place, "cnpg_collector_up", `${place.store}-1`)]: steady(0),
      [of(place, "cnpg_collector_up", `${place.store}-2`)]: steady(1),
    },
  }),
  PostgresqlReplicationLags: value("cnpg_pg_replication_lag", (store) => `${store}-2`, 31, 29),
  PostgresqlStandbysMissing: value("cnpg_pg_replication_streaming_replicas", first, 0, 4),
  PostgresqlArchiveFails: (place) => {
    const failed = of(place, "cnpg_pg_stat_archiver_last_failed_time", `${place.store}-1`);
    const archived = of(place, "cnpg_pg_stat_archiver_last_archived_time", `${place.store}-1`);
    return {
      fires: { [failed]: steady(600), [archived]: steady(300) },
      // It failed, and has worked since.
      quiet: { [failed]: steady(600), [archived]: steady(601) },
    };
  },
  // Every 6 h (seed 000, "Database Backups"); a third more is late.
  PostgresqlBackupOld: (place) => ({
    ...valued(
      of(place, "barman_cloud_cloudnative_pg_io_last_available_backup_timestamp", `${place.store}-1`),
      steady(60),
      steady(2 * 3600),
    ),
    at: "9h",
    interval: "15m",
  }),
  PostgresqlBackupNeverMade: (place) => ({
    ...valued(
      of(place, "barman_cloud_cloudnative_pg_io_last_available_backup_timestamp", `${place.store}-1`),
      steady(0),
      "0x31 28800x400",
    ),
    at: "9h",
    interval: "15m",
  }),
  // From hourly to daily: a day and a third is late for each, six minutes for none.
  StoreBackupOld: ({ namespace, store }) => {
    const series = `kube_cronjob_status_last_successful_time{namespace="${namespace}",cronjob="${store}-backup"}`;
    return {
      // It has been there for a day and a half, and has never succeeded.
      fires: { [series.replace("status_last_successful_time", "created")]: steady(0) },
      quiet: { [series]: steady(32.9 * 3600) },
      at: "33h",
      interval: "15m",
    };
  },
  CacheDown: value("redis_up", zeroth, 0, 1),
  CacheReplicationBroken: value("redis_master_link_up", first, 0, 1),
  CacheNearlyFull: (place) => {
    const used = of(place, "redis_memory_used_bytes", `${place.store}-0`);
    const most = of(place, "redis_memory_max_bytes", `${place.store}-0`);
    return {
      fires: { [used]: steady(91), [most]: steady(100) },
      quiet: { [used]: steady(89), [most]: steady(100) },
    };
  },
  KafkaConsumersLag: (place) => {
    const lag = (partition: string) =>
      of(place, "kafka_consumergroup_lag", `${place.store}-kafka-exporter-5d8`, {
        consumergroup: "readers",
        topic: "events",
        partition,
      });
    return {
      fires: { [lag("0")]: steady(5001), [lag("1")]: steady(5001) },
      quiet: { [lag("0")]: steady(5000), [lag("1")]: steady(5000) },
    };
  },
  KafkaPartitionsOffline: value(
    "kafka_controller_kafkacontroller_offlinepartitionscount",
    (store) => `${store}-kafka-broker-0`,
    1,
    0,
  ),
  KafkaWithoutController: (place) => {
    const active = (node: number) =>
      of(
        place,
        "kafka_controller_kafkacontroller_activecontrollercount",
        `${place.store}-kafka-broker-${node}`,
      );
    return {
      fires: { [active(0)]: steady(1), [active(1)]: steady(1) },
      quiet: { [active(0)]: steady(1), [active(1)]: steady(0) },
    };
  },
  KafkaPartitionsUnderReplicated: value(
    "kafka_server_replicamanager_underreplicatedpartitions",
    (store) => `${store}-kafka-broker-0`,
    1,
    0,
  ),
  ObjectStoreWithoutMaster: (place) => {
    const leader = (master: number) =>
      of(place, "SeaweedFS_master_is_leader", `${place.store}-master-${master}`);
    return {
      fires: { [leader(0)]: steady(0), [leader(1)]: steady(0) },
      quiet: { [leader(0)]: steady(0), [leader(1)]: steady(1) },
    };
  },
  ObjectStoreDown: (place) => {
    const answers = (pod: string) => of(place, "up", `${place.store}-${pod}`);
    return {
      // Filers are gone altogether.
      fires: { [answers("volume-0")]: steady(1) },
      quiet: {
        [answers("volume-0")]: steady(1),
        [answers("filer-0")]: steady(0),
        [answers("filer-1")]: steady(1),
      },
    };
  },
  ObjectStoreFails: (place) => {
    const requests = (code: string) =>
      of(place, "SeaweedFS_s3_request_total", `${place.store}-filer-0`, { code, type: "GET", bucket: "b" });
    return {
      fires: { [requests("200")]: growing(94), [requests("500")]: growing(6) },
      quiet: { [requests("200")]: growing(96), [requests("500")]: growing(4) },
    };
  },
  RabbitmqBlocked: (place) => {
    const alarm = (name: string) => of(place, `rabbitmq_alarms_${name}_watermark`, `${place.store}-server-0`);
    return {
      fires: { [alarm("memory_used")]: steady(0), [alarm("free_disk_space")]: steady(1) },
      quiet: { [alarm("memory_used")]: steady(0), [alarm("free_disk_space")]: steady(0) },
    };
  },
  RabbitmqMessagesWait: value(
    "rabbitmq_queue_messages_ready",
    (store) => `${store}-server-0`,
    10_001,
    10_000,
  ),
  Neo4jDown: ({ namespace, store }) =>
    valued(
      series("kube_statefulset_status_replicas_ready", { namespace, statefulset: store }),
      steady(0),
      steady(1),
    ),
  OpaDown: ({ namespace, store }) =>
    valued(
      series("kube_deployment_status_replicas_available", { namespace, deployment: store }),
      steady(0),
      steady(1),
    ),
  SparkStreamDown: ({ namespace, store }) => {
    const phase = (name: string) =>
      series("kube_pod_status_phase", { namespace, pod: `${store}-driver`, phase: name });
    return {
      fires: { [phase("Running")]: steady(0), [phase("Failed")]: steady(1) },
      quiet: { [phase("Running")]: steady(1), [phase("Failed")]: steady(0) },
    };
  },
  AirflowSchedulerSilent: (place) =>
    valued(
      of(place, "airflow_scheduler_heartbeat", `${place.store}-statsd-7c`, { type: "counter" }),
      steady(7),
      growing(12),
    ),
  AirflowImportErrors: value("airflow_dag_processing_import_errors", (store) => `${store}-statsd-7c`, 1, 0),
};
