/** Rules for Prometheus, as its operator takes them. */
import { PrometheusRule } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule";
import type { AlertSpec, RecordingSpec, RuleGroupSpec } from "../../platforms/model/index.ts";

/** The rules of some groups; whose an alert is follows from who declares it, where it does not say so itself. */
export function prometheusRule(
  metadata: { readonly name: string; readonly namespace: string; readonly labels: Record<string, string> },
  owner: string,
  groups: readonly RuleGroupSpec[],
): PrometheusRule {
  return new PrometheusRule({
    metadata,
    spec: {
      groups: groups.map(({ name, recordings, alerts }) => ({
        name,
        rules: [...recordings.map(recordingRule), ...alerts.map((alert) => alertingRule(alert, owner))],
      })),
    },
  });
}

function recordingRule({ record, expression, labels }: RecordingSpec) {
  return { record, expr: expression, ...(labels === undefined ? {} : { labels: { ...labels } }) };
}

function alertingRule(alert: AlertSpec, owner: string) {
  return {
    alert: alert.name,
    expr: alert.expression,
    for: alert.for,
    labels: { ...alert.labels, severity: alert.severity, owner: alert.owner ?? owner },
    annotations: { summary: alert.summary, runbook: `docs/runbooks/${alert.runbook}` },
  };
}
