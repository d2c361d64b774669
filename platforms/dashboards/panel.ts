/** What a dashboard is made of, as data: rows of panels, each with its question to a data source. */

/** Data sources that Grafana is given, by the names under which panels ask them. */
export type DataSource = "prometheus" | "loki" | "tempo";

interface Titled {
  readonly title: string;
  /** What the figure means, where its title does not say it. */
  readonly description?: string;
}

export interface MetricPanel extends Titled {
  /** Grafana's name of a unit, e.g. `reqps`, `percentunit`, `s`, `bytes`. */
  readonly unit: string;
  /** Lines over time, the number of now, or a table of now. Left out: lines. */
  readonly kind?: "timeseries" | "stat" | "table";
  /** PromQL, and what each series is called (`{{label}}`). */
  readonly queries: readonly { readonly expr: string; readonly legend: string }[];
  /** Whether it may be less than nothing; else its axis begins at 0. */
  readonly negative?: boolean;
  /** Whether the series add up to something. */
  readonly stacked?: boolean;
  /** Value from which it is red. */
  readonly red?: number;
  /** Value below which it is red. */
  readonly redBelow?: number;
  /** Whether its series are servers of the mesh, whose traces and logs are a click away. */
  readonly leadsToTraces?: boolean;
}

/** Lines of logs. */
export interface LogPanel extends Titled {
  readonly kind: "logs";
  /** LogQL. */
  readonly query: string;
}

/** A list of traces. */
export interface TracePanel extends Titled {
  readonly kind: "traces";
  /** TraceQL. */
  readonly query: string;
}

export type Panel = MetricPanel | LogPanel | TracePanel;

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** A choice at the top of a dashboard, among values that are known. Queries read it as `=~"$name"`. */
export interface Choice {
  readonly name: string;
  readonly label: string;
  readonly values: readonly string[];
}

/** One question, as lines over time. */
export function line(
  title: string,
  unit: string,
  expr: string,
  legend: string,
  more: Partial<MetricPanel> = {},
): MetricPanel {
  return { title, unit, queries: [{ expr, legend }], ...more };
}

/** One question, as the number of now. */
export function stat(
  title: string,
  unit: string,
  expr: string,
  more: Partial<MetricPanel> = {},
): MetricPanel {
  return { title, unit, kind: "stat", queries: [{ expr, legend: title }], ...more };
}
