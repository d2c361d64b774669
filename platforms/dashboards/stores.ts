/** Data services by kind: whether they run, how full and how busy they are, and how far behind. */
import type { DataServiceSpec } from "../model/index.ts";
import { line, type MetricPanel, type Row } from "./panel.ts";

type Kind = DataServiceSpec["kind"];

/** @param here labels that choose the namespaces. */
type PanelsOf = (here: string) => readonly MetricPanel[];

const titles: Record<Kind, string> = {
  postgresql: "PostgreSQL",
  valkey: "Cache (Valkey)",
  kafka: "Kafka",
  rabbitmq: "RabbitMQ",
  "object-store": "Object store",
  neo4j: "Neo4j",
  opa: "Policies (OPA)",
  "spark-application": "Spark",
  airflow: "Airflow",
};

const panels: Record<Kind, PanelsOf> = {
  postgresql: (here) => [
    line(
      "Connections, by database",
      "none",
      `sum by (pod, datname) (cnpg_backends_total{${here}})`,
      "{{pod}} {{datname}}",
    ),
    line("Replication lag", "s", `max by (pod) (cnpg_pg_replication_lag{${here}})`, "{{pod}}", { red: 30 }),
    line(
      "Transactions per second",
      "ops",
      `sum by (pod, datname) (rate(cnpg_pg_stat_database_xact_commit{${here}}[5m]))`,
      "{{pod}} {{datname}}",
    ),
    line(
      "Size, by database",
      "bytes",
      `max by (datname) (cnpg_pg_database_size_bytes{${here}})`,
      "{{datname}}",
    ),
    line(
      "Since the write-ahead log was archived",
      "s",
      `max by (pod) (cnpg_pg_stat_archiver_seconds_since_last_archival{${here}})`,
      "{{pod}}",
      {
        description: "What a restore could lose.",
        red: 3600,
      },
    ),
    line(
      "Deadlocks per second",
      "ops",
      `sum by (datname) (rate(cnpg_pg_stat_database_deadlocks{${here}}[5m]))`,
      "{{datname}}",
    ),
  ],
  valkey: (here) => [
    line("Memory", "bytes", `redis_memory_used_bytes{${here}}`, "{{pod}}"),
    line("Clients", "none", `redis_connected_clients{${here}}`, "{{pod}}"),
    line(
      "Commands per second",
      "ops",
      `sum by (pod) (rate(redis_commands_processed_total{${here}}[5m]))`,
      "{{pod}}",
    ),
    line(
      "Share of reads that found something",
      "percentunit",
      `sum by (pod) (rate(redis_keyspace_hits_total{${here}}[5m])) / (sum by (pod) (rate(redis_keyspace_hits_total{${here}}[5m])) + sum by (pod) (rate(redis_keyspace_misses_total{${here}}[5m])))`,
      "{{pod}}",
    ),
    line(
      "Keys evicted per second",
      "ops",
      `sum by (pod) (rate(redis_evicted_keys_total{${here}}[5m]))`,
      "{{pod}}",
    ),
    line("Replicas in touch", "none", `redis_connected_slaves{${here}}`, "{{pod}}"),
  ],
  kafka: (here) => [
    line(
      "Messages that wait, by consumer group",
      "none",
      `sum by (consumergroup, topic) (kafka_consumergroup_lag{${here}})`,
      "{{consumergroup}} {{topic}}",
    ),
    line(
      "Messages per second, by topic",
      "ops",
      `sum by (topic) (rate(kafka_server_brokertopicmetrics_messagesin_total{${here},topic!=""}[5m]))`,
      "{{topic}}",
    ),
    {
      title: "Bytes in and out per second",
      unit: "Bps",
      // Without a topic it is the sum of all.
      queries: ["in", "out"].map((way) => ({
        expr: `sum by (pod) (rate(kafka_server_brokertopicmetrics_bytes${way}_total{${here},topic=""}[5m]))`,
        legend: `{{pod}} ${way}`,
      })),
    },
    line(
      "Partitions with too few copies",
      "none",
      `sum by (pod) (kafka_server_replicamanager_underreplicatedpartitions{${here}})`,
      "{{pod}}",
      { red: 1 },
    ),
  ],
  rabbitmq: (here) => [
    line("Messages that wait", "none", `sum by (pod) (rabbitmq_queue_messages_ready{${here}})`, "{{pod}}"),
    line(
      "Messages not yet acknowledged",
      "none",
      `sum by (pod) (rabbitmq_queue_messages_unacked{${here}})`,
      "{{pod}}",
    ),
    line("Connections", "none", `sum by (pod) (rabbitmq_connections{${here}})`, "{{pod}}"),
    line(
      "Memory of the limit",
      "percentunit",
      `rabbitmq_process_resident_memory_bytes{${here}} / rabbitmq_resident_memory_limit_bytes{${here}}`,
      "{{pod}}",
      { red: 0.9 },
    ),
  ],
  "object-store": (here) => [
    line(
      "Requests per second, by answer",
      "reqps",
      `sum by (code) (rate(SeaweedFS_s3_request_total{${here}}[5m]))`,
      "{{code}}",
    ),
    line(
      "Duration of requests, p95",
      "s",
      `histogram_quantile(0.95, sum by (le, type) (rate(SeaweedFS_s3_request_seconds_bucket{${here}}[5m])))`,
      "{{type}}",
    ),
    line(
      "Volumes",
      "none",
      `sum by (collection) (SeaweedFS_volumeServer_volumes{${here}})`,
      "{{collection}}",
    ),
    line(
      "Bytes kept",
      "bytes",
      `sum by (collection) (SeaweedFS_volumeServer_total_disk_size{${here}})`,
      "{{collection}}",
    ),
  ],
  // The Community Edition has no metrics: its container and its volume stand for it.
  neo4j: (here) => [
    line(
      "CPU, in cores",
      "none",
      `sum by (pod) (rate(container_cpu_usage_seconds_total{${here},container="neo4j"}[5m]))`,
      "{{pod}}",
    ),
    line(
      "Memory",
      "bytes",
      `sum by (pod) (container_memory_working_set_bytes{${here},container="neo4j"})`,
      "{{pod}}",
    ),
  ],
  opa: (here) => [
    line(
      "Decisions per second, by answer",
      "reqps",
      `sum by (code) (rate(http_request_duration_seconds_count{${here},handler=~"v[01]/data.*"}[5m]))`,
      "{{code}}",
    ),
    line(
      "Duration of a decision, p95",
      "s",
      `histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{${here},handler=~"v[01]/data.*"}[5m])))`,
      "p95",
    ),
  ],
  "spark-application": (here) => [
    line(
      "Pods of Spark, by phase",
      "none",
      `sum by (phase) (kube_pod_status_phase{${here},pod=~"spark-.*"})`,
      "{{phase}}",
    ),
  ],
  airflow: (here) => [
    {
      title: "Tasks",
      unit: "none",
      queries: [
        { expr: `sum(airflow_executor_queued_tasks{${here}})`, legend: "queued" },
        { expr: `sum(airflow_executor_running_tasks{${here}})`, legend: "running" },
      ],
    },
    line(
      "Heartbeats of the scheduler per second",
      "ops",
      `sum(rate(airflow_scheduler_heartbeat{${here}}[5m]))`,
      "scheduler",
      { redBelow: 0.01 },
    ),
  ],
};

/** A row for each kind, and one of all volumes. */
export function stores(kinds: readonly Kind[], namespaces: readonly string[]): Row[] {
  const here = `namespace=~"${namespaces.join("|")}"`;
  return [...kinds.map((kind) => ({ title: titles[kind], panels: panels[kind](here) })), volumes(here)];
}

export function volumes(here: string): Row {
  return {
    title: "Volumes",
    panels: [
      line(
        "Filled",
        "percentunit",
        `kubelet_volume_stats_used_bytes{${here}} / kubelet_volume_stats_capacity_bytes{${here}}`,
        "{{namespace}} {{persistentvolumeclaim}}",
        { red: 0.8 },
      ),
      line(
        "Full within four days, at the pace of the last six hours",
        "s",
        `kubelet_volume_stats_available_bytes{${here}} / (-deriv(kubelet_volume_stats_available_bytes{${here}}[6h]) > 0) < 4 * 86400`,
        "{{namespace}} {{persistentvolumeclaim}}",
      ),
    ],
  };
}
