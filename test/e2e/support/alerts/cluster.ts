/** Cases of alerts on namespaces, nodes, deliveries, backups, certificates and the monitoring. */
import { growing, series, steady, valued, type CaseOf } from "./case.ts";

const day = 24 * 3600;

const share =
  (
    left: string,
    whole: string,
    labels: Readonly<Record<string, string>>,
    bad: number,
    good: number,
  ): CaseOf =>
  ({ namespace }) => ({
    fires: {
      [series(left, { namespace, ...labels })]: steady(bad),
      [series(whole, { namespace, ...labels })]: steady(100),
    },
    quiet: {
      [series(left, { namespace, ...labels })]: steady(good),
      [series(whole, { namespace, ...labels })]: steady(100),
    },
  });

const volume = { persistentvolumeclaim: "data" } as const;
const certificate = { namespace: "istio-ingress", name: "api" } as const;

const application = (owner: string, environment: string, labels: Readonly<Record<string, string>>) =>
  series("argocd_app_info", { name: "an-application", project: projectOf(owner, environment), ...labels });

/** Projects bear the seeds' names, which end in the environment; cancer's seed has none. */
function projectOf(owner: string, environment: string): string {
  return owner === "cancer" ? "cancer" : `${owner}-${environment}`;
}

/** A counter that begins, with 1, after so many minutes; the quiet one is old. */
export function firstTime(counter: string, after: number, at: string) {
  const scraped = { "up{}": steady(1) };
  return {
    fires: { ...scraped, [counter]: `_x${after} 1x200` },
    quiet: { ...scraped, [counter]: steady(1) },
    at,
  };
}

const drill = (metric: string, owner: string) =>
  series(`quint_restore_drill_${metric}`, { platform: owner, store: "postgresql" });

const offsiteCopy = (cronjob: string) =>
  series("kube_cronjob_status_last_successful_time", { namespace: "velero", cronjob });

export const clusterCases = (environment: string): Readonly<Record<string, CaseOf>> => ({
  QuotaNearlyUsed: ({ namespace }) => {
    const quota = (type: string) =>
      series("kube_resourcequota", { namespace, resourcequota: "quota", resource: "limits.cpu", type });
    return {
      fires: { [quota("used")]: steady(91), [quota("hard")]: steady(100) },
      quiet: { [quota("used")]: steady(90), [quota("hard")]: steady(100) },
    };
  },
  VolumeNearlyFull: share(
    "kubelet_volume_stats_available_bytes",
    "kubelet_volume_stats_capacity_bytes",
    volume,
    14,
    16,
  ),
  VolumeFull: share(
    "kubelet_volume_stats_available_bytes",
    "kubelet_volume_stats_capacity_bytes",
    volume,
    2,
    4,
  ),
  DeploymentFailed: ({ namespace }) => {
    const progressing = (status: string) =>
      series("kube_deployment_status_condition", {
        namespace,
        deployment: "server",
        condition: "Progressing",
        status,
      });
    return {
      fires: { [progressing("false")]: steady(1), [progressing("true")]: steady(0) },
      quiet: { [progressing("false")]: steady(0), [progressing("true")]: steady(1) },
    };
  },
  DeploymentDown: ({ namespace }) => {
    const pods = (metric: string) => series(`kube_deployment_${metric}`, { namespace, deployment: "server" });
    return {
      fires: { [pods("status_replicas_available")]: steady(0), [pods("spec_replicas")]: steady(3) },
      // One that was scaled to none.
      quiet: { [pods("status_replicas_available")]: steady(0), [pods("spec_replicas")]: steady(0) },
    };
  },
  NodeNotReady: () => {
    const ready = (status: string) =>
      series("kube_node_status_condition", { node: "a", condition: "Ready", status });
    return {
      // Of a kubelet that is silent nothing is known.
      fires: { [ready("true")]: steady(0), [ready("unknown")]: steady(1) },
      quiet: { [ready("true")]: steady(1), [ready("unknown")]: steady(0) },
    };
  },
  NodeUnderPressure: () =>
    valued(
      series("kube_node_status_condition", { node: "a", condition: "DiskPressure", status: "true" }),
      steady(1),
      steady(0),
    ),
  // Refused once, for the first time since istiod began, twenty minutes before.
  MeshConfigurationRejected: () => firstTime(series("pilot_total_xds_rejects", { type: "rds" }), 70, "90m"),
  MeshAuthorityExpires: () => ({
    ...valued("citadel_server_root_cert_expiry_timestamp", steady(29 * day), steady(40 * day)),
    at: "2h",
  }),
  CertificateExpiresSoon: () => ({
    ...valued(
      series("certmanager_certificate_expiration_timestamp_seconds", certificate),
      steady(20 * day),
      steady(22 * day),
    ),
    at: "2h",
  }),
  CertificateExpires: () =>
    valued(
      series("certmanager_certificate_expiration_timestamp_seconds", certificate),
      steady(2 * day),
      steady(4 * day),
    ),
  CertificateNotReady: () =>
    valued(
      series("certmanager_certificate_ready_status", { ...certificate, condition: "True" }),
      steady(0),
      steady(1),
    ),
  ExternalSecretNotRead: () =>
    valued(
      series("externalsecret_status_condition", {
        namespace: "n",
        name: "s",
        condition: "Ready",
        status: "False",
      }),
      steady(1),
      steady(0),
    ),
  TelemetryLost: () =>
    valued(
      series("otelcol_exporter_send_failed_log_records", { exporter: "otlphttp/loki" }),
      growing(1),
      steady(5),
    ),
  ArgoCdSyncFailed: ({ owner }) => {
    const syncs = (phase: string, dryRun = "false") =>
      series("argocd_app_sync_total", {
        name: "an-application",
        project: projectOf(owner, environment),
        phase,
        dry_run: dryRun,
      });
    const { fires, quiet, at } = firstTime(syncs("Failed"), 30, "35m");
    return {
      fires,
      quiet: { ...quiet, [syncs("Succeeded")]: growing(1), [syncs("Failed", "true")]: growing(1) },
      at,
    };
  },
  ArgoCdSyncStuck: ({ owner }) => ({
    fires: { [application(owner, environment, { operation: "sync" })]: steady(1) },
    quiet: { [application(owner, environment, { operation: "" })]: steady(1) },
  }),
  ArgoCdOutOfSync: ({ owner }) => ({
    fires: {
      [application(owner, environment, { autosync_enabled: "true", sync_status: "OutOfSync" })]: steady(1),
    },
    // A person syncs it, when they want to.
    quiet: {
      [application(owner, environment, { autosync_enabled: "false", sync_status: "OutOfSync" })]: steady(1),
      [application(owner, environment, { autosync_enabled: "true", sync_status: "Synced" })]: steady(1),
    },
    at: "90m",
  }),
  ArgoCdDegraded: ({ owner }) => ({
    fires: { [application(owner, environment, { health_status: "Degraded" })]: steady(1) },
    quiet: { [application(owner, environment, { health_status: "Progressing" })]: steady(1) },
  }),
  RolloutAborted: ({ namespace }) => ({
    fires: { [series("rollout_info", { namespace, name: "server", phase: "Abort" })]: steady(1) },
    quiet: { [series("rollout_info", { namespace, name: "server", phase: "Progressing" })]: steady(1) },
  }),
  RolloutWaits: ({ namespace }) => ({
    fires: { [series("rollout_info", { namespace, name: "server", phase: "Paused" })]: steady(1) },
    // One that is promoted after an hour.
    quiet: { [series("rollout_info", { namespace, name: "server", phase: "Paused" })]: "1x60" },
    at: "150m",
  }),
  BackupFailed: ({ owner }) => {
    const count = (what: string) => series(`velero_backup_${what}_total`, { schedule: `${owner}-daily` });
    const others = { [count("failure")]: steady(2), [count("validation_failure")]: steady(0) };
    return {
      fires: { ...others, [count("partial_failure")]: "0x20 1x60" },
      quiet: { ...others, [count("partial_failure")]: steady(1) },
    };
  },
  // Hourly, 20 minutes of patience, and an hour more for a copy that takes long.
  OffsiteCopyOld: () => ({
    ...valued(offsiteCopy("offsite-copies"), steady(0), steady(3600)),
    at: "141m",
  }),
  OffsiteCopyNeverMade: () => ({
    fires: { [offsiteCopy("another")]: steady(1) },
    quiet: { [offsiteCopy("offsite-copies")]: steady(1) },
    at: "14h",
    interval: "15m",
  }),
  RestoreDrillFailed: ({ owner }) => valued(drill("success", owner), steady(0), steady(1)),
  // Once a week, and two days and a bit of patience.
  RestoreDrillMissed: ({ owner }) => ({
    ...valued(drill("last_run_timestamp_seconds", owner), steady(0), steady(7 * day)),
    at: "240h",
    interval: "1h",
  }),
  RestoreDrillNeverRan: ({ owner }) => ({
    fires: { [drill("last_run_timestamp_seconds", "another")]: steady(0) },
    quiet: { [drill("last_run_timestamp_seconds", owner)]: steady(0) },
    at: "240h",
    interval: "1h",
  }),
  // Four hours, and one hour (seed 000, "DR Runbook").
  RestoreTooSlow: ({ owner }) => valued(drill("seconds", owner), steady(4 * 3600 + 1), steady(4 * 3600)),
  RestoreTooOld: ({ owner }) => valued(drill("age_seconds", owner), steady(3601), steady(3600)),
});

/** Of one schedule each: how old the newest may be (seed 000, "Velero Integration": daily, hourly in production). */
export const backupCases: Readonly<Record<string, Readonly<Record<string, CaseOf>>>> = {
  BackupOld: {
    daily: ({ owner }) => backup(owner, "daily", "33h", "15m", 2 * 3600),
    hourly: ({ owner }) => backup(owner, "hourly", "90m", "1m", 20 * 60),
  },
  BackupNeverMade: {
    daily: ({ owner }) => never(owner, "daily"),
    hourly: ({ owner }) => never(owner, "hourly"),
  },
};

function backup(owner: string, name: string, at: string, interval: string, recent: number) {
  return {
    ...valued(
      series("velero_backup_last_successful_timestamp", { schedule: `${owner}-${name}` }),
      steady(0),
      steady(recent),
    ),
    at,
    interval,
  };
}

function never(owner: string, name: string) {
  const newest = (schedule: string) => series("velero_backup_last_successful_timestamp", { schedule });
  return {
    fires: { [newest("of-another")]: steady(1) },
    quiet: { [newest(`${owner}-${name}`)]: steady(1) },
    at: "48h",
    interval: "15m",
  };
}
