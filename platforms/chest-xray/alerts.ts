/** The seed's triggers of an automatic rollback as alerts, and its deployment metrics as series (seed 004, "Monitoring and Alerting"). */
import type { AlertSpec, RecordingSpec } from "../model/index.ts";
import { rose } from "../monitoring/index.ts";
import { durationQuantile, errorShare, type Measured } from "../service-level.ts";
import { colors, namespaceOf, server, shortNameOf, type ChestXrayStack } from "./stack.ts";

const runbook = "chest-xray.md";

export function measuredOf(stack: ChestXrayStack): Measured {
  return { workload: server, namespaces: colors.map((color) => namespaceOf(stack, color)) };
}

/** Labels of kube-state-metrics' series. */
export function deploymentsOf(stack: ChestXrayStack): string {
  return `namespace=~"${measuredOf(stack).namespaces.join("|")}",deployment="${server}"`;
}

/** Argo CD's applications of the two copies. */
function applicationsOf(stack: ChestXrayStack): string {
  return `name=~"${server}-${shortNameOf(stack)}-(${colors.join("|")})"`;
}

/** "Automatic Rollback Triggers" and "Alerts". The windows are the triggers': what fires is what rolls back. */
export function alerts(stack: ChestXrayStack): AlertSpec[] {
  const measured = measuredOf(stack);
  const inCopies = `namespace=~"${measured.namespaces.join("|")}"`;
  return [
    {
      name: "ChestXrayHealthCheckFailing",
      expression: `max by (namespace, deployment) (kube_deployment_status_replicas_unavailable{${deploymentsOf(stack)}}) > 0`,
      for: "2m",
      severity: "critical",
      summary: "Pods of {{ $labels.namespace }} fail their health checks",
      runbook,
    },
    {
      name: "ChestXrayErrorRateHigh",
      expression: `${errorShare(measured, "5m")} > 0.01`,
      for: "0m",
      severity: "critical",
      summary: "More than 1 % of the requests to {{ $labels.destination_workload_namespace }} fail",
      runbook,
    },
    {
      name: "ChestXrayResponseSlow",
      expression: `${durationQuantile(measured, 0.95, "5m")} > 2`,
      for: "0m",
      severity: "critical",
      summary: "One request in twenty to {{ $labels.destination_workload_namespace }} takes more than 2 s",
      runbook,
    },
    {
      name: "ChestXrayCriticalAlert",
      expression: `count by (namespace) (ALERTS{alertstate="firing",severity="critical",${inCopies},alertname!~"ChestXray.*"}) > 0`,
      for: "0m",
      severity: "critical",
      summary: "A critical alert fires in {{ $labels.namespace }}",
      runbook,
    },
    {
      name: "ChestXrayDeploymentFailed",
      expression: [
        `max by (namespace, deployment) (kube_deployment_status_condition{${deploymentsOf(stack)},condition="Progressing",status="false"}) == 1`,
        rose(
          `argocd_app_sync_total{${applicationsOf(stack)},phase=~"Error|Failed",dry_run="false"}`,
          "10m",
          "name",
        ),
      ].join(" or "),
      for: "1m",
      severity: "critical",
      summary:
        "{{ if $labels.name }}Argo CD could not sync {{ $labels.name }}{{ else }}A deployment of {{ $labels.namespace }} did not finish{{ end }}",
      runbook,
    },
  ];
}

/** Names of the series that the dashboards read. */
export const series = {
  incident: "chest_xray:incident",
  blueActive: "chest_xray:blue_active",
  switchedBack: "chest_xray:switched_back",
  successRate: "chest_xray:deployment_success:ratio_30d",
  duration: "chest_xray:deployment_duration_seconds:avg_30d",
  rollbacks: "chest_xray:rollbacks:count_30d",
  timeToRecovery: "chest_xray:time_to_recovery_seconds:avg_30d",
} as const;

/** "Deployment Metrics": success rate, duration, rollback frequency, time to recovery. */
export function recordings(stack: ChestXrayStack): RecordingSpec[] {
  const applications = applicationsOf(stack);
  const [blue, green] = colors.map((color) => namespaceOf(stack, color));
  const requests = (namespace = "") =>
    `(sum(rate(istio_requests_total{reporter="destination",destination_workload="${server}",destination_workload_namespace="${namespace}"}[2m])) or vector(0))`;
  const syncs = (more: string) => `sum(increase(argocd_app_sync_total{${applications}${more}}[30d]))`;
  return [
    {
      record: series.incident,
      expression: `clamp_max(sum(ALERTS{alertstate="firing",severity="critical",alertname=~"ChestXray.*"}), 1) or vector(0)`,
    },
    { record: series.blueActive, expression: `${requests(blue)} >= bool ${requests(green)}` },
    // Two switches within the hour: the second one took the first one back.
    { record: series.switchedBack, expression: `changes(${series.blueActive}[1h]) >= bool 2` },
    { record: series.successRate, expression: `${syncs(',phase="Succeeded"')} / (${syncs("")} > 0)` },
    {
      record: series.duration,
      expression: `sum(increase(argocd_app_sync_duration_seconds_total{${applications}}[30d])) / (${syncs("")} > 0)`,
    },
    // It rises and falls once each time.
    { record: series.rollbacks, expression: `ceil(changes(${series.switchedBack}[30d]) / 2)` },
    {
      record: series.timeToRecovery,
      expression: `30 * 86400 * avg_over_time(${series.incident}[30d]) / (ceil(changes(${series.incident}[30d]) / 2) > 0)`,
    },
  ];
}
