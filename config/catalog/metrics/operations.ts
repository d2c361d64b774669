/** Series of what watches and protects: Prometheus and its companions, certificates, secrets, operators. */
import { alike, among, counter, gauge, histogram, type MetricSource } from "./metric.ts";

const certificate = ["namespace", "name", "issuer_name", "issuer_kind", "issuer_group"] as const;

export const operationsMetrics = {
  prometheus: {
    exporter: "Prometheus, about every scrape and alert",
    documented: "https://prometheus.io/docs/concepts/jobs_instances/",
    scrape: "prometheus",
    honorLabels: true,
    metrics: {
      ...alike(
        gauge("job", "instance", "namespace", "pod", "container", "endpoint", "service"),
        "up",
        "scrape_duration_seconds",
        "scrape_samples_scraped",
      ),
      ALERTS: among(gauge("alertname", "alertstate", "severity", "owner", "namespace"), {
        alertstate: ["pending", "firing"],
        severity: ["critical", "warning", "info", "none"],
      }),
      ALERTS_FOR_STATE: gauge("alertname", "severity", "owner", "namespace"),
    },
  },
  "prometheus-server": {
    exporter: "Prometheus, about itself",
    documented: "https://github.com/prometheus/prometheus/tree/main/documentation/prometheus-mixin",
    scrape: "service",
    honorLabels: false,
    metrics: {
      ...alike(
        gauge(),
        "prometheus_tsdb_head_series",
        "prometheus_tsdb_storage_blocks_bytes",
        "prometheus_config_last_reload_successful",
        "prometheus_notifications_alertmanagers_discovered",
      ),
      ...alike(
        counter(),
        "prometheus_tsdb_head_samples_appended_total",
        "prometheus_tsdb_compactions_failed_total",
        "prometheus_notifications_dropped_total",
      ),
      prometheus_notifications_errors_total: counter("alertmanager"),
      prometheus_notifications_sent_total: counter("alertmanager"),
      prometheus_rule_evaluation_failures_total: counter("rule_group"),
      prometheus_rule_group_last_duration_seconds: gauge("rule_group"),
      prometheus_rule_group_interval_seconds: gauge("rule_group"),
    },
  },
  alertmanager: {
    exporter: "Alertmanager",
    documented: "https://github.com/prometheus/alertmanager/tree/main/doc/alertmanager-mixin",
    scrape: "service",
    honorLabels: false,
    metrics: {
      alertmanager_alerts: gauge("state"),
      alertmanager_notifications_total: counter("integration"),
      alertmanager_notifications_failed_total: counter("integration", "reason"),
      alertmanager_config_last_reload_successful: gauge(),
      alertmanager_cluster_members: gauge(),
    },
  },
  loki: {
    exporter: "Loki",
    documented: "https://grafana.com/docs/loki/latest/operations/observability/",
    scrape: "pods",
    honorLabels: false,
    metrics: {
      loki_distributor_bytes_received_total: counter(
        "tenant",
        "retention_hours",
        "is_internal_stream",
        "policy",
        "format",
      ),
      loki_distributor_lines_received_total: counter("tenant", "is_internal_stream", "policy", "format"),
      loki_request_duration_seconds: histogram("method", "route", "status_code", "ws"),
    },
  },
  tempo: {
    exporter: "Tempo",
    documented: "https://grafana.com/docs/tempo/latest/operations/monitor/",
    scrape: "pods",
    honorLabels: false,
    metrics: {
      tempo_distributor_spans_received_total: counter("tenant"),
      tempo_distributor_bytes_received_total: counter("tenant"),
      tempo_request_duration_seconds: histogram("method", "route", "status_code", "ws"),
    },
  },
  "opentelemetry-collector": {
    exporter: "OpenTelemetry collectors",
    documented: "https://opentelemetry.io/docs/collector/internal-telemetry/",
    scrape: "pods",
    honorLabels: false,
    metrics: {
      ...alike(
        counter("receiver", "transport"),
        "otelcol_receiver_accepted_spans",
        "otelcol_receiver_refused_spans",
        "otelcol_receiver_accepted_log_records",
        "otelcol_receiver_refused_log_records",
      ),
      ...alike(
        counter("exporter", "server_address", "server_port", "url_path"),
        "otelcol_exporter_sent_spans",
        "otelcol_exporter_send_failed_spans",
        "otelcol_exporter_sent_log_records",
        "otelcol_exporter_send_failed_log_records",
      ),
      ...alike(
        counter("exporter"),
        "otelcol_exporter_enqueue_failed_spans",
        "otelcol_exporter_enqueue_failed_log_records",
      ),
      otelcol_processor_tail_sampling_global_count_traces_sampled: among(counter("sampled", "decision"), {
        sampled: ["true", "false"],
      }),
      ...alike(
        gauge("exporter", "data_type"),
        "otelcol_exporter_queue_size",
        "otelcol_exporter_queue_capacity",
      ),
    },
  },
  "cert-manager": {
    exporter: "cert-manager's controller",
    documented: "https://cert-manager.io/docs/devops-tips/prometheus-metrics/",
    scrape: "pods",
    honorLabels: true,
    metrics: {
      certmanager_certificate_expiration_timestamp_seconds: gauge(...certificate),
      certmanager_certificate_renewal_timestamp_seconds: gauge(...certificate),
      certmanager_certificate_ready_status: among(gauge(...certificate, "condition"), {
        condition: ["True", "False", "Unknown"],
      }),
    },
  },
  "external-secrets": {
    exporter: "External Secrets Operator",
    documented: "https://external-secrets.io/latest/api/metrics/",
    scrape: "pods",
    honorLabels: true,
    metrics: {
      externalsecret_status_condition: among(gauge("namespace", "name", "condition", "status"), {
        condition: ["Ready", "Deleted"],
        status: ["True", "False"],
      }),
      externalsecret_sync_calls_total: counter("namespace", "name"),
      externalsecret_sync_calls_error: counter("namespace", "name"),
    },
  },
  "sealed-secrets": {
    exporter: "Sealed Secrets' controller",
    documented: "https://github.com/bitnami-labs/sealed-secrets/blob/main/pkg/controller/metrics.go",
    scrape: "pods",
    honorLabels: true,
    metrics: {
      sealed_secrets_controller_unseal_errors_total: counter("reason", "namespace", "name"),
    },
  },
  strimzi: {
    exporter: "Strimzi's cluster operator",
    documented: "https://strimzi.io/docs/operators/latest/deploying#assembly-metrics-str",
    scrape: "pods",
    honorLabels: true,
    metrics: {
      strimzi_resources: gauge("kind", "namespace", "selector"),
      strimzi_reconciliations_failed_total: counter("kind", "namespace", "selector"),
    },
  },
} as const satisfies Record<string, MetricSource>;
