/** A dashboard as Grafana's sidecar finds it: a ConfigMap with a label, and the name of its folder. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { DashboardSpec } from "../../platforms/model/index.ts";
import type { Labels } from "../labels.ts";
import { dashboardFolder, dashboardLabel } from "../foundation/grafana.ts";

export interface DashboardArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Labels;
  /** Folder in Grafana: a platform, or `cluster`. */
  readonly folder: string;
  readonly spec: DashboardSpec;
}

export function dashboardConfigMap(
  name: string,
  { namespace, labels, folder, spec }: DashboardArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.ConfigMap {
  return new k8s.core.v1.ConfigMap(
    name,
    {
      metadata: {
        name: spec.name,
        namespace,
        labels: { ...labels, [dashboardLabel]: "1" },
        annotations: { [dashboardFolder]: folder },
      },
      data: { [`${spec.name}.json`]: JSON.stringify(spec.model, undefined, 2) },
    },
    opts,
  );
}
