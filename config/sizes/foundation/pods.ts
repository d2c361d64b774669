/** Which pods of the charts have a size. */
import type { FoundationChartName, foundationCharts, PodNameOf } from "../../catalog/charts.ts";
import type { Resources } from "../types.ts";

/** A pod of a chart: how many, and each container's share. */
export interface PodSize<Container extends string = string> {
  /** Replicas; the minimum under an autoscaler. Daemon sets have one a node, whatever stands here. */
  readonly replicas: number;
  /** The most replicas, where the chart autoscales. */
  readonly maxReplicas?: number;
  readonly containers: Readonly<Record<Container, Resources>>;
  /** Volume of each replica. */
  readonly storage?: string;
}

type ContainerOf<
  Chart extends FoundationChartName,
  Pod extends PodNameOf<Chart>,
> = (typeof foundationCharts)[Chart]["pods"][Pod] extends { readonly containers: infer Containers }
  ? keyof Containers & string
  : never;

/** The pods of every chart. One that is left out does not run in the environment. */
export type FoundationPods = {
  readonly [Chart in FoundationChartName]: {
    readonly [Pod in PodNameOf<Chart>]?: PodSize<ContainerOf<Chart, Pod>>;
  };
};
