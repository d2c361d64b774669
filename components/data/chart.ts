/** Charts of data services: known before anything is made, so that a deployment or Argo CD can install them. */
import { chartOf } from "../../config/catalog/charts.ts";
import type { serviceCharts } from "../../config/catalog/charts/services.ts";
import {
  chartSource,
  imageValues,
  mergeValues,
  type ChartSource,
  type Mirrors,
  type Values,
} from "../../config/catalog/mirror.ts";
import type { DataServiceSpec, NamespaceSpec } from "../../platforms/model/index.ts";
import type { Labels } from "../labels.ts";
import { pullSecretsOf as pullSecretsIn } from "../secrets/pull-secret.ts";
import type { DataServiceArgs } from "./definition.ts";
import { meshLabels } from "./mesh.ts";

/** What the values of a chart are made from. */
export interface ChartArgs<Spec extends DataServiceSpec = DataServiceSpec> extends Pick<
  DataServiceArgs<Spec>,
  "spec" | "facts"
> {
  readonly namespace: { readonly spec: NamespaceSpec };
}

export interface DataChart {
  readonly chart: keyof typeof serviceCharts;
  /** Beside those that name the catalog's images. */
  readonly values: Values;
}

/** The chart of a service: pure. */
export type ChartOf<Spec extends DataServiceSpec> = (args: ChartArgs<Spec>) => DataChart;

/** A chart as it is installed. */
export interface ChartInstall {
  /** Name of the Helm release. */
  readonly release: string;
  readonly source: ChartSource;
  readonly values: Values;
}

/** The installation of a service's chart under the service's name. */
export function installOf({ chart, values }: DataChart, release: string, mirrors: Mirrors): ChartInstall {
  const pin = chartOf(chart);
  return {
    release,
    source: chartSource(pin, mirrors),
    values: mergeValues(imageValues(pin, mirrors), values),
  };
}

/** Names of the Secrets with which the service's pods pull from private registries. */
export function pullSecretsOf({ facts, namespace }: ChartArgs): string[] {
  return pullSecretsIn(facts, namespace.spec);
}

/** An annotation of pods that rolls them when their passwords were made anew: a chart does not look into Secrets. */
export function rotationOf({ spec }: ChartArgs): Record<string, string> {
  return { "quint.dev/rotation": String(spec.rotation) };
}

/** Labels that an operator or a chart puts on the pods beside its own. */
export function podLabelsOf({ spec }: ChartArgs): Labels {
  return meshLabels(spec.kind);
}
