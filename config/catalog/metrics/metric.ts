/** How the table of what is scraped is written: sources, and the series that each gives. */

export type MetricType = "counter" | "gauge" | "histogram" | "summary";

export interface Metric {
  readonly type: MetricType;
  /** Labels that the exporter itself writes; what a scrape adds is in `scrapeLabels`. */
  readonly labels: readonly string[];
  /** Every value that a label may have, of those whose values are a closed set. */
  readonly values?: LabelValues;
}

export type LabelValues = Readonly<Record<string, readonly string[]>>;

/**
 * How the series get into Prometheus:
 * `pods` through a PodMonitor, `service` through a ServiceMonitor, `static` by a Prometheus of a platform's own,
 * `prometheus` are written by Prometheus itself, and `rules` by the rules of a chart.
 */
export type Scrape = "pods" | "service" | "static" | "prometheus" | "rules";

export interface MetricSource {
  /** The program that writes them. */
  readonly exporter: string;
  /** Where its publisher says so: documentation, else source code. */
  readonly documented: string;
  readonly scrape: Scrape;
  /** Whether a label of the exporter goes before the scrape's of the same name; else it becomes `exported_<label>`. */
  readonly honorLabels: boolean;
  readonly metrics: Readonly<Record<string, Metric>>;
}

/** Labels that a scrape adds to every series (Prometheus Operator, "PodMonitor" and "ServiceMonitor"). */
export const scrapeLabels: Readonly<Record<Scrape, readonly string[]>> = {
  pods: ["job", "instance", "namespace", "pod", "container", "endpoint"],
  service: ["job", "instance", "namespace", "pod", "container", "endpoint", "service"],
  static: ["job", "instance"],
  prometheus: [],
  rules: [],
};

export const counter = (...labels: readonly string[]): Metric => ({ type: "counter", labels });
export const gauge = (...labels: readonly string[]): Metric => ({ type: "gauge", labels });
export const histogram = (...labels: readonly string[]): Metric => ({ type: "histogram", labels });
export const summary = (...labels: readonly string[]): Metric => ({ type: "summary", labels });

/** A metric some of whose labels have one of a few words alone; another word asks for what is never there. */
export const among = (metric: Metric, values: LabelValues): Metric => ({ ...metric, values });

/** Several metrics that have the same labels. */
export function alike<const Name extends string>(
  metric: Metric,
  ...names: readonly Name[]
): Readonly<Record<Name, Metric>> {
  return Object.fromEntries(names.map((name) => [name, metric])) as Record<Name, Metric>;
}
