/** What the cluster's monitoring is told of an application: dashboards for Grafana, alerts for Prometheus. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { DashboardSpec, RuleGroupSpec } from "../../platforms/model/index.ts";
import { customResource } from "../custom-resource.ts";
import { dashboardLabel } from "../foundation/grafana.ts";
import { ownerLabels, type Owner } from "../labels.ts";
import type { Namespace } from "../namespace/namespace.ts";
import { prometheusRule } from "./rules.ts";

export interface ApplicationMonitoringArgs {
  readonly owner: Owner;
  readonly namespace: Namespace;
  readonly dashboards: readonly DashboardSpec[];
  readonly ruleGroups: readonly RuleGroupSpec[];
}

/** A ConfigMap for each dashboard, and one PrometheusRule with all rules; nothing where there are none. */
export class ApplicationMonitoring extends pulumi.ComponentResource {
  constructor(name: string, args: ApplicationMonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:observability:ApplicationMonitoring", name, {}, opts);
    const { owner, namespace, dashboards, ruleGroups } = args;
    for (const { name: dashboard, model } of dashboards) {
      new k8s.core.v1.ConfigMap(
        `${name}-${dashboard}`,
        {
          metadata: {
            name: dashboard,
            namespace: namespace.namespaceName,
            labels: { ...ownerLabels(owner), [dashboardLabel]: "1" },
          },
          data: { [`${dashboard}.json`]: JSON.stringify(model, undefined, 2) },
        },
        { parent: this },
      );
    }
    if (ruleGroups.length > 0) {
      const metadata = {
        name: owner.application ?? owner.platform,
        namespace: namespace.spec.name,
        labels: { ...ownerLabels(owner) },
      };
      customResource(name, prometheusRule(metadata, owner.platform, ruleGroups), {
        parent: this,
        dependsOn: [namespace],
      });
    }
    this.registerOutputs();
  }
}
