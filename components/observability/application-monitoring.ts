/** What the cluster's monitoring is told of an application: dashboards for Grafana, alerts for Prometheus. */
import * as pulumi from "@pulumi/pulumi";
import type { DashboardSpec, RuleGroupSpec } from "../../platforms/model/index.ts";
import { customResource } from "../custom-resource.ts";
import { ownerLabels, type Owner } from "../labels.ts";
import type { Namespace } from "../namespace/namespace.ts";
import { dashboardConfigMap } from "./dashboard.ts";
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
