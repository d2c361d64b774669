/** The table of what is scraped: every series that a rule, an analysis or a dashboard may ask for, and where it comes from. */
import { dataMetrics } from "./data.ts";
import { deliveryMetrics } from "./delivery.ts";
import { kubernetesMetrics } from "./kubernetes.ts";
import { meshMetrics } from "./mesh.ts";
import { scrapeLabels, type LabelValues, type Metric, type MetricSource } from "./metric.ts";
import { operationsMetrics } from "./operations.ts";
import { serverMetrics } from "./servers.ts";

export const metricSources: Readonly<Record<string, MetricSource>> = {
  ...kubernetesMetrics,
  ...meshMetrics,
  ...dataMetrics,
  ...deliveryMetrics,
  ...operationsMetrics,
  ...serverMetrics,
};

/** One name as PromQL asks for it. */
export interface Series {
  /** Keys of `metricSources`: more than one where programs agree on a name. */
  readonly sources: readonly string[];
  /** Every label that it may have: the exporter's and the scrape's. */
  readonly labels: ReadonlySet<string>;
  /** Whether it only rises: what `rate` is for. */
  readonly counter: boolean;
  /** What the labels may say whose values are a closed set. */
  readonly values: LabelValues;
}

/**
 * Everything that is scraped, by name; histograms and summaries as the series that they are made of.
 *
 * @param wanted keys of `metricSources`; left out: what the cluster's Prometheus scrapes.
 */
export function scrapedSeries(wanted?: readonly string[]): ReadonlyMap<string, Series> {
  const all = new Map<string, Series>();
  const sources = Object.entries(metricSources).filter(([name, { scrape }]) =>
    wanted === undefined ? scrape !== "static" : wanted.includes(name),
  );
  for (const [source, spec] of sources) {
    for (const [name, metric] of Object.entries(spec.metrics)) {
      for (const { suffix, more } of partsOf(metric)) {
        const known = all.get(`${name}${suffix}`);
        all.set(`${name}${suffix}`, {
          sources: [...(known?.sources ?? []), source],
          labels: new Set([...(known?.labels ?? []), ...labelsOf(metric, spec), ...more]),
          counter: metric.type === "counter" || suffix !== "",
          values: { ...known?.values, ...metric.values },
        });
      }
    }
  }
  return all;
}

function partsOf({ type }: Metric): { readonly suffix: string; readonly more: readonly string[] }[] {
  const sums = [
    { suffix: "_sum", more: [] },
    { suffix: "_count", more: [] },
  ];
  switch (type) {
    case "counter":
    case "gauge":
      return [{ suffix: "", more: [] }];
    case "histogram":
      return [{ suffix: "_bucket", more: ["le"] }, ...sums];
    case "summary":
      return [{ suffix: "", more: ["quantile"] }, ...sums];
  }
}

function labelsOf({ labels }: Metric, { scrape, honorLabels }: MetricSource): string[] {
  const added = scrapeLabels[scrape];
  const own = labels.map((label) => (!honorLabels && added.includes(label) ? `exported_${label}` : label));
  return [...added, ...own];
}
