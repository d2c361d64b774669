/** Series of delivery and backup: Argo CD, Argo Rollouts, Velero, and what Quint's own programs measure. */
import { alike, among, counter, gauge, histogram, type MetricSource } from "./metric.ts";

const application = ["namespace", "name", "project"] as const;
const rollout = ["namespace", "name"] as const;
const schedule = ["schedule"] as const;
const analysis = ["Pending", "Running", "Successful", "Failed", "Error", "Inconclusive"];

export const deliveryMetrics = {
  "argo-cd": {
    exporter: "Argo CD's application controller",
    documented: "https://argo-cd.readthedocs.io/en/stable/operator-manual/metrics/",
    scrape: "pods",
    honorLabels: true,
    metrics: {
      argocd_app_info: among(
        gauge(
          ...application,
          "autosync_enabled",
          "repo",
          "dest_server",
          "dest_namespace",
          "sync_status",
          "health_status",
          "operation",
        ),
        {
          autosync_enabled: ["true", "false"],
          sync_status: ["Synced", "OutOfSync", "Unknown"],
          health_status: ["Healthy", "Progressing", "Suspended", "Degraded", "Missing", "Unknown"],
          operation: ["", "sync", "delete"],
        },
      ),
      // A series is there from the first sync with that end on; none is counted while it runs.
      argocd_app_sync_total: among(counter(...application, "dest_server", "phase", "dry_run"), {
        phase: ["Succeeded", "Failed", "Error"],
        dry_run: ["true", "false"],
      }),
      argocd_app_sync_duration_seconds_total: counter(...application, "dest_server"),
      argocd_app_k8s_request_total: counter(
        ...application,
        "server",
        "response_code",
        "verb",
        "resource_kind",
        "resource_namespace",
        "dry_run",
      ),
      argocd_app_reconcile: histogram("namespace", "dest_server"),
      argocd_cluster_connection_status: gauge("server", "k8s_version"),
      workqueue_depth: gauge("name", "controller", "priority"),
    },
  },
  "argo-cd-repo-server": {
    exporter: "Argo CD's repository server",
    documented: "https://argo-cd.readthedocs.io/en/stable/operator-manual/metrics/",
    scrape: "pods",
    honorLabels: false,
    metrics: {
      argocd_git_request_total: counter("repo", "request_type"),
      argocd_git_fetch_fail_total: counter("repo", "revision"),
      argocd_git_request_duration_seconds: histogram("repo", "request_type"),
    },
  },
  "argo-rollouts": {
    exporter: "Argo Rollouts' controller",
    documented: "https://argo-rollouts.readthedocs.io/en/stable/features/controller-metrics/",
    scrape: "pods",
    honorLabels: true,
    metrics: {
      // Its own words (controller/metrics/rollouts.go), and not those of a Rollout's `status.phase`.
      rollout_info: among(gauge(...rollout, "strategy", "traffic_router", "phase"), {
        phase: ["InvalidSpec", "Completed", "Progressing", "Paused", "Timeout", "Error", "Abort"],
        strategy: ["none", "canary", "blueGreen"],
      }),
      ...alike(
        gauge(...rollout),
        "rollout_info_replicas_available",
        "rollout_info_replicas_unavailable",
        "rollout_info_replicas_desired",
        "rollout_info_replicas_updated",
      ),
      rollout_events_total: counter(...rollout, "type", "reason"),
      rollout_reconcile_error: counter(...rollout),
      analysis_run_info: among(gauge(...rollout, "phase"), { phase: analysis }),
      analysis_run_metric_phase: among(gauge(...rollout, "metric", "type", "dry_run", "phase"), {
        phase: analysis,
      }),
    },
  },
  velero: {
    exporter: "Velero's server",
    documented: "https://github.com/velero-io/velero/blob/main/pkg/metrics/metrics.go",
    scrape: "pods",
    honorLabels: false,
    metrics: {
      ...alike(
        counter(...schedule),
        "velero_backup_attempt_total",
        "velero_backup_success_total",
        "velero_backup_partial_failure_total",
        "velero_backup_failure_total",
        "velero_backup_validation_failure_total",
        "velero_backup_deletion_failure_total",
        "velero_restore_attempt_total",
        "velero_restore_success_total",
        "velero_restore_failed_total",
        "velero_volume_snapshot_failure_total",
      ),
      velero_csi_snapshot_failure_total: counter(...schedule, "backupName"),
      ...alike(
        gauge(...schedule),
        "velero_backup_last_successful_timestamp",
        "velero_backup_last_status",
        "velero_backup_tarball_size_bytes",
        "velero_backup_items_total",
        "velero_backup_items_errors",
      ),
      velero_backup_total: gauge(),
      velero_backup_duration_seconds: histogram(...schedule),
    },
  },
  deliveries: {
    exporter: "quint itself: a rule that it writes after every delivery (automation/delivery/series.ts)",
    documented: "docs/observability.md",
    scrape: "rules",
    honorLabels: false,
    metrics: {
      quint_deliveries_total: counter("stack", "platform", "kind", "result"),
      quint_rollbacks_total: counter("stack", "platform"),
      ...alike(
        gauge("stack", "platform"),
        "quint_deployment_success_ratio",
        "quint_deployment_duration_seconds",
        "quint_time_to_recovery_seconds",
        "quint_last_delivery_timestamp_seconds",
      ),
    },
  },
  "restore-drill": {
    exporter: "Quint's restore drill",
    documented: "docs/backup.md",
    scrape: "pods",
    honorLabels: true,
    metrics: alike(
      gauge("platform", "store"),
      "quint_restore_drill_success",
      "quint_restore_drill_seconds",
      "quint_restore_drill_age_seconds",
      "quint_restore_drill_last_run_timestamp_seconds",
    ),
  },
} as const satisfies Record<string, MetricSource>;
