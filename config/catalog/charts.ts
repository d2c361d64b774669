/** Every chart that Quint installs, pinned. A version of a chart, or of an image that a chart owns, stands here alone. */
import type { ChartPin } from "./chart.ts";
import { clusterCharts } from "./charts/clusters.ts";
import { operatorCharts } from "./charts/data.ts";
import { deliveryCharts } from "./charts/delivery.ts";
import { meshCharts } from "./charts/mesh.ts";
import { observabilityCharts } from "./charts/observability.ts";
import { securityCharts } from "./charts/security.ts";
import { serviceCharts } from "./charts/services.ts";

/** Charts of the foundation: their pods and releases are known. */
export const foundationCharts = {
  ...meshCharts,
  ...securityCharts,
  ...observabilityCharts,
  ...deliveryCharts,
  ...operatorCharts,
} as const satisfies Record<string, ChartPin>;

export const charts = { ...foundationCharts, ...serviceCharts, ...clusterCharts } as const satisfies Record<
  string,
  ChartPin
>;

export type ChartName = keyof typeof charts;
export type FoundationChartName = keyof typeof foundationCharts;
export type PodNameOf<Chart extends FoundationChartName> = keyof (typeof foundationCharts)[Chart]["pods"] &
  string;

/** The chart of a name, without the literal types of the table. */
export function chartOf(name: ChartName): ChartPin {
  return charts[name];
}
