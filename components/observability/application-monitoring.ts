/** What the cluster's monitoring is told of an application: dashboards for Grafana, alerts for Prometheus. */
import { PrometheusRule } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule";
import * as pulumi from "@pulumi/pulumi";
import type { AlertSpec, DashboardSpec, RecordingSpec } from "../../platforms/model/index.ts";
import { customResource } from "../custom-resource.ts";
import { ownerLabels, type Owner } from "../labels.ts";
import type { Namespace } from "../namespace/namespace.ts";
import { dashboardConfigMap } from "./dashboard.ts";

export interface ApplicationMonitoringArgs {
  readonly owner: Owner;
  readonly namespace: Namespace;
  readonly dashboards: readonly DashboardSpec[];
  readonly alerts: readonly AlertSpec[];
  readonly recordings: readonly RecordingSpec[];
}

/** A ConfigMap for each dashboard, and one PrometheusRule with all alerts; nothing where there are none. */
export class ApplicationMonitoring extends pulumi.ComponentResource {
  constructor(name: string, args: ApplicationMonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:observability:ApplicationMonitoring", name, {}, opts);
    const { owner, namespace, dashboards, alerts, recordings } = args;
    for (const dashboard of dashboards) {
      dashboardConfigMap(
        `${name}-${dashboard.name}`,
        {
          namespace: namespace.namespaceName,
          labels: ownerLabels(owner),
          folder: owner.platform,
          spec: dashboard,
        },
        { parent: this },
      );
    }
    if (alerts.length + recordings.length > 0) {
      customResource(
        name,
        new PrometheusRule({
          metadata: {
            name: owner.application ?? owner.platform,
            namespace: namespace.spec.name,
            labels: { ...ownerLabels(owner) },
          },
          spec: {
            groups: [
              {
                name: owner.application ?? owner.platform,
                rules: [...recordings.map(recordingRule), ...alerts.map(ruleOf)],
              },
            ],
          },
        }),
        { parent: this, dependsOn: [namespace] },
      );
    }
    this.registerOutputs();
  }
}

function recordingRule({ record, expression }: RecordingSpec) {
  return { record, expr: expression };
}

function ruleOf({ expression, runbook, severity, summary, ...alert }: AlertSpec) {
  return {
    alert: alert.name,
    expr: expression,
    for: alert.for,
    labels: { severity },
    annotations: { summary, runbook: `docs/runbooks/${runbook}` },
  };
}
