/** Deliveries: how often, how long they take, how many fail, how soon it is mended (the four keys of DORA). */
import type { DashboardSpec } from "../../model/index.ts";
import { dashboard } from "../dashboard.ts";
import { line, stat, type Row } from "../panel.ts";

/** What delivers in a stack, beside `quint` itself. */
export interface Deliverers {
  readonly argoCd: boolean;
  readonly rollouts: boolean;
}

export function deployments({ argoCd, rollouts }: Deliverers): DashboardSpec {
  return dashboard({
    uid: "cluster-deployments",
    title: "Deployments",
    about: "cluster",
    since: "30d",
    rows: [keys(), ...(argoCd ? [syncs()] : []), ...(rollouts ? [progressive()] : [])],
  });
}

/** Seed 000, "Deployment Metrics": 2 hours, 15 minutes, less than 5 %. */
const seeds = { leadTime: 2 * 3600, timeToRecovery: 15 * 60, failedShare: 0.05 } as const;

/** From the history of deliveries, which `quint` writes down as series after each. */
function keys(): Row {
  const platform = "{{platform}}";
  return {
    title: "Four keys",
    panels: [
      stat("Deliveries", "none", "sum(quint_deliveries_total)"),
      stat("Deployments that fail", "percentunit", "1 - avg(quint_deployment_success_ratio)", {
        red: seeds.failedShare,
      }),
      stat("Lead time", "s", "avg(quint_deployment_duration_seconds)", { red: seeds.leadTime }),
      stat("Time to recovery", "s", "avg(quint_time_to_recovery_seconds)", { red: seeds.timeToRecovery }),
      line(
        "Deliveries a day, mean of a week",
        "none",
        "sum by (platform) (increase(quint_deliveries_total[7d])) / 7",
        platform,
      ),
      line("Lead time", "s", "quint_deployment_duration_seconds", platform, {
        description: "From when a delivery is asked for until users have it, mean of those that succeeded.",
        red: seeds.leadTime,
      }),
      line(
        "Share of deployments that failed",
        "percentunit",
        "1 - quint_deployment_success_ratio",
        platform,
        {
          red: seeds.failedShare,
        },
      ),
      line("Time to recovery", "s", "quint_time_to_recovery_seconds", platform, {
        red: seeds.timeToRecovery,
      }),
      line(
        "Days since the last delivery",
        "d",
        "(time() - quint_last_delivery_timestamp_seconds) / 86400",
        platform,
      ),
      line("Rollbacks", "none", "quint_rollbacks_total", platform),
    ],
  };
}

function syncs(): Row {
  return {
    title: "Argo CD",
    panels: [
      stat("Out of sync", "none", `count(argocd_app_info{sync_status!="Synced"}) or vector(0)`, { red: 1 }),
      stat(
        "Not healthy",
        "none",
        `count(argocd_app_info{health_status!~"Healthy|Progressing"}) or vector(0)`,
        { red: 1 },
      ),
      line(
        "Syncs a day, by result",
        "none",
        "sum by (phase) (increase(argocd_app_sync_total[1d]))",
        "{{phase}}",
      ),
      line(
        "Duration of a sync, mean",
        "s",
        "sum by (name) (increase(argocd_app_sync_duration_seconds_total[1d])) / sum by (name) (increase(argocd_app_sync_total[1d]) > 0)",
        "{{name}}",
      ),
    ],
  };
}

function progressive(): Row {
  return {
    title: "Canary and blue-green",
    panels: [
      line("Rollouts, by phase", "none", "sum by (phase) (rollout_info)", "{{phase}}"),
      line(
        "Rollouts taken back (1 day)",
        "none",
        `sum by (name) (increase(rollout_events_total{reason="RolloutAborted"}[1d]))`,
        "{{name}}",
        { red: 1 },
      ),
      line("Analyses, by phase", "none", "sum by (phase) (analysis_run_info)", "{{phase}}"),
      line(
        "Copies that are not available",
        "none",
        "rollout_info_replicas_unavailable > 0",
        "{{namespace}} {{name}}",
      ),
    ],
  };
}
