/** Alerts that a data store brings along, whichever platform has it. Those that write no metrics are watched by their pods. */
import {
  backupJobOf,
  type AirflowSpec,
  type AlertSpec,
  type DataServiceSpec,
  type KafkaSpec,
  type Neo4jSpec,
  type ObjectStoreSpec,
  type OpaSpec,
  type PostgresqlSpec,
  type RabbitmqSpec,
  type SparkApplicationSpec,
  type ValkeySpec,
} from "../model/index.ts";
import { oldestResult } from "./cadence.ts";

type Rule = Omit<AlertSpec, "runbook" | "labels">;

/** The alerts of one store. */
export function storeAlerts(spec: DataServiceSpec, namespace: string): AlertSpec[] {
  return [...rulesOf(spec, namespace), ...backupJob(spec, namespace)].map((rule) => ({
    ...rule,
    labels: { namespace, store: spec.name },
    runbook: "stores.md",
  }));
}

function rulesOf(spec: DataServiceSpec, namespace: string): Rule[] {
  switch (spec.kind) {
    case "postgresql":
      return postgresql(spec, namespace);
    case "valkey":
      return valkey(spec, namespace);
    case "kafka":
      return kafka(spec, namespace);
    case "object-store":
      return objectStore(spec, namespace);
    case "rabbitmq":
      return rabbitmq(spec, namespace);
    case "neo4j":
      return neo4j(spec, namespace);
    case "opa":
      return opa(spec, namespace);
    case "spark-application":
      return spark(spec, namespace);
    case "airflow":
      return airflow(spec, namespace);
  }
}

/** Dumps and mirrors. A job that is suspended, or never begins, fails nothing: only its age tells. */
function backupJob(spec: DataServiceSpec, namespace: string): Rule[] {
  const job = backupJobOf(spec);
  if (job === undefined) return [];
  const mine = `{namespace="${namespace}",cronjob="${job.name}"}`;
  // One that never succeeded has no such time, and is as late as it is old.
  const succeeded = `(kube_cronjob_status_last_successful_time${mine} or kube_cronjob_created${mine})`;
  return [
    {
      name: "StoreBackupOld",
      expression: `time() - max by (namespace) ${succeeded} > ${oldestResult(job.backup.schedule)}`,
      for: "15m",
      severity: "critical",
      summary: `The newest backup of ${spec.name} ${here} is {{ $value | humanizeDuration }} old`,
    },
  ];
}

/** Series of the pods of a store, by the beginning of their names. */
function podsOf(namespace: string, prefix: string, more = ""): string {
  return `{namespace="${namespace}",pod=~"${prefix}-.*"${more}}`;
}

/** Fires also where nothing answers any more: a metric that is gone is no good news. */
function lost(metric: string, pods: string): string {
  return `max by (namespace) (${metric}${pods}) < 1 or absent(${metric}${pods})`;
}

const here = "in {{ $labels.namespace }}";

function postgresql({ name, size, backup }: PostgresqlSpec, namespace: string): Rule[] {
  const pods = podsOf(namespace, name);
  const standbys: Rule[] = [
    {
      name: "PostgresqlReplicationLags",
      expression: `max by (namespace, pod) (cnpg_pg_replication_lag${pods}) > 30`,
      for: "5m",
      severity: "warning",
      summary: `{{ $labels.pod }} ${here} is {{ $value | humanizeDuration }} behind the primary`,
    },
    {
      name: "PostgresqlStandbysMissing",
      expression: `max by (namespace) (cnpg_pg_replication_streaming_replicas${pods}) < ${size.replicas - 1}`,
      for: "10m",
      severity: "warning",
      summary: `Only {{ $value }} of ${size.replicas - 1} standbys of ${name} ${here} follow the primary`,
    },
  ];
  const archived = "barman_cloud_cloudnative_pg_io_last_available_backup_timestamp";
  const backups = (schedule: string): Rule[] => [
    {
      name: "PostgresqlArchiveFails",
      // Both are -1 until the first time.
      expression: `max by (namespace) (cnpg_pg_stat_archiver_last_failed_time${pods} - cnpg_pg_stat_archiver_last_archived_time${pods}) > 0`,
      for: "15m",
      severity: "critical",
      summary: `The write-ahead log of ${name} ${here} is not archived: what is written now could not be restored`,
    },
    {
      name: "PostgresqlBackupOld",
      expression: `time() - (max by (namespace) (${archived}${pods}) > 0) > ${oldestResult(schedule)}`,
      for: "15m",
      severity: "critical",
      summary: `The newest base backup of ${name} ${here} is {{ $value | humanizeDuration }} old`,
    },
    {
      // It is 0 until the first one has ended, which a large database takes hours for.
      name: "PostgresqlBackupNeverMade",
      expression: `max by (namespace) (${archived}${pods}) == 0 or absent(${archived}${pods})`,
      for: `${Math.ceil(oldestResult(schedule) / 3600)}h`,
      severity: "critical",
      summary: `There has never been a base backup of ${name} ${here}`,
    },
  ];
  return [
    {
      name: "PostgresqlDown",
      expression: lost("cnpg_collector_up", pods),
      for: "2m",
      severity: "critical",
      summary: `No server of ${name} ${here} answers`,
    },
    ...(size.replicas > 1 ? standbys : []),
    ...(backup === undefined ? [] : backups(backup.schedule)),
  ];
}

function valkey({ name, size, evictionPolicy }: ValkeySpec, namespace: string): Rule[] {
  const pods = podsOf(namespace, name);
  return [
    {
      name: "CacheDown",
      expression: lost("redis_up", pods),
      for: "2m",
      severity: "critical",
      summary: `${name} ${here} does not answer`,
    },
    ...(size.replicas > 1
      ? [
          {
            name: "CacheReplicationBroken",
            expression: `max by (namespace, pod) (redis_master_link_up${pods}) < 1`,
            for: "5m",
            severity: "warning",
            summary: `{{ $labels.pod }} ${here} does not follow its master`,
          } as const,
        ]
      : []),
    // Where keys are evicted a full cache is a good one.
    ...(evictionPolicy === "noeviction"
      ? [
          {
            name: "CacheNearlyFull",
            expression: `max by (namespace) (redis_memory_used_bytes${pods} / (redis_memory_max_bytes${pods} > 0)) > 0.9`,
            for: "10m",
            severity: "warning",
            summary: `${name} ${here} has used {{ $value | humanizePercentage }} of its memory, and refuses writes when it is full`,
          } as const,
        ]
      : []),
  ];
}

function kafka({ name, size }: KafkaSpec, namespace: string): Rule[] {
  const pods = podsOf(namespace, name);
  return [
    {
      name: "KafkaConsumersLag",
      expression: `sum by (namespace, consumergroup) (kafka_consumergroup_lag${podsOf(namespace, `${name}-kafka-exporter`)}) > 10000`,
      for: "15m",
      severity: "warning",
      summary: `{{ $labels.consumergroup }} ${here} is {{ $value | humanize }} messages behind`,
    },
    {
      name: "KafkaPartitionsOffline",
      expression: `max by (namespace) (kafka_controller_kafkacontroller_offlinepartitionscount${pods}) > 0`,
      for: "1m",
      severity: "critical",
      summary: `{{ $value }} partitions of ${name} ${here} have no leader: nobody writes or reads them`,
    },
    {
      name: "KafkaWithoutController",
      expression: `sum by (namespace) (kafka_controller_kafkacontroller_activecontrollercount${pods}) != 1 or absent(kafka_controller_kafkacontroller_activecontrollercount${pods})`,
      for: "3m",
      severity: "critical",
      summary: `${name} ${here} has no active controller, or more than one`,
    },
    ...(size.replicationFactor > 1
      ? [
          {
            name: "KafkaPartitionsUnderReplicated",
            expression: `sum by (namespace) (kafka_server_replicamanager_underreplicatedpartitions${pods}) > 0`,
            for: "10m",
            severity: "warning",
            summary: `{{ $value }} partitions of ${name} ${here} have fewer copies than they should`,
          } as const,
        ]
      : []),
  ];
}

function objectStore({ name }: ObjectStoreSpec, namespace: string): Rule[] {
  const requests = (more = "") =>
    `sum by (namespace) (rate(SeaweedFS_s3_request_total${podsOf(namespace, `${name}-filer`, more)}[5m]))`;
  const down = ["filer", "volume"].map((part) => lost("up", podsOf(namespace, `${name}-${part}`)));
  return [
    {
      // A filer that is gone answers with nothing, not with errors.
      name: "ObjectStoreDown",
      expression: down.join(" or "),
      for: "3m",
      severity: "critical",
      summary: `No filer or no volume server of ${name} ${here} answers`,
    },
    {
      name: "ObjectStoreWithoutMaster",
      expression: lost("SeaweedFS_master_is_leader", podsOf(namespace, `${name}-master`)),
      for: "3m",
      severity: "critical",
      summary: `No master of ${name} ${here} leads: nothing new can be stored`,
    },
    {
      name: "ObjectStoreFails",
      expression: `${requests(',code=~"5.."')} / ${requests()} > 0.05`,
      for: "10m",
      severity: "warning",
      summary: `{{ $value | humanizePercentage }} of the requests to ${name} ${here} fail`,
    },
  ];
}

function rabbitmq({ name }: RabbitmqSpec, namespace: string): Rule[] {
  const pods = podsOf(namespace, `${name}-server`);
  return [
    {
      name: "RabbitmqBlocked",
      expression: `max by (namespace) (rabbitmq_alarms_memory_used_watermark${pods} + rabbitmq_alarms_free_disk_space_watermark${pods}) > 0 or absent(rabbitmq_alarms_memory_used_watermark${pods})`,
      for: "2m",
      severity: "critical",
      summary: `${name} ${here} takes no messages: its memory or disk is used up, or it does not answer`,
    },
    {
      name: "RabbitmqMessagesWait",
      expression: `sum by (namespace) (rabbitmq_queue_messages_ready${pods}) > 10000`,
      for: "15m",
      severity: "warning",
      summary: `{{ $value | humanize }} messages in ${name} ${here} wait for a consumer`,
    },
  ];
}

/** Metrics are a part of the Enterprise Edition. */
function neo4j({ name }: Neo4jSpec, namespace: string): Rule[] {
  return [
    {
      name: "Neo4jDown",
      expression: `kube_statefulset_status_replicas_ready{namespace="${namespace}",statefulset="${name}"} < 1`,
      for: "5m",
      severity: "critical",
      summary: `${name} ${here} is not ready`,
    },
  ];
}

function opa({ name }: OpaSpec, namespace: string): Rule[] {
  return [
    {
      name: "OpaDown",
      expression: `kube_deployment_status_replicas_available{namespace="${namespace}",deployment="${name}"} < 1`,
      for: "2m",
      severity: "critical",
      summary: `${name} ${here} decides nothing: no pod of it is available`,
    },
  ];
}

/** A job on a schedule is none between its runs. */
function spark({ name, schedule }: SparkApplicationSpec, namespace: string): Rule[] {
  if (schedule !== undefined) return [];
  return [
    {
      name: "SparkStreamDown",
      expression: `absent(kube_pod_status_phase{namespace="${namespace}",pod="${name}-driver",phase="Running"} == 1)`,
      for: "10m",
      severity: "critical",
      summary: `The driver of ${name} ${here} does not run: its stream stands still`,
    },
  ];
}

function airflow({ name }: AirflowSpec, namespace: string): Rule[] {
  const statsd = podsOf(namespace, `${name}-statsd`);
  return [
    {
      name: "AirflowSchedulerSilent",
      expression: `sum by (namespace) (rate(airflow_scheduler_heartbeat${statsd}[5m])) == 0 or absent(airflow_scheduler_heartbeat${statsd})`,
      for: "5m",
      severity: "critical",
      summary: `The scheduler of ${name} ${here} starts nothing`,
    },
    {
      name: "AirflowImportErrors",
      expression: `max by (namespace) (airflow_dag_processing_import_errors${statsd}) > 0`,
      for: "15m",
      severity: "warning",
      summary: `{{ $value }} files of ${name} ${here} cannot be read, and their workflows do not run`,
    },
  ];
}
