/** Grafana's model of a dashboard, from a list of panels. */

export interface Panel {
  readonly title: string;
  /** Grafana's name of a unit, e.g. `reqps`, `percentunit`, `s`, `bytes`. */
  readonly unit: string;
  /** A line over time, or the number of now. Left out: a line. */
  readonly kind?: "timeseries" | "stat";
  readonly queries: readonly { readonly expr: string; readonly legend: string }[];
}

export interface DashboardArgs {
  /** Also the end of the dashboard's address. */
  readonly uid: string;
  readonly title: string;
  readonly tags: readonly string[];
  readonly panels: readonly Panel[];
}

/** The dashboard as Grafana's JSON model, provisioned from a ConfigMap. */
export function dashboard({ panels, ...args }: DashboardArgs): Readonly<Record<string, unknown>> {
  return {
    ...args,
    schemaVersion: 41,
    timezone: "utc",
    refresh: "30s",
    time: { from: "now-1h", to: "now" },
    panels: panels.map(model),
  };
}

/** Two panels a row, each half of Grafana's 24 columns wide. */
function model(spec: Panel, index: number): object {
  return {
    id: index + 1,
    type: spec.kind ?? "timeseries",
    title: spec.title,
    datasource: { type: "prometheus", uid: "prometheus" },
    gridPos: { x: (index % 2) * 12, y: Math.floor(index / 2) * 8, w: 12, h: 8 },
    fieldConfig: { defaults: { unit: spec.unit, min: 0 }, overrides: [] },
    targets: spec.queries.map((query, number) => ({
      refId: String.fromCharCode("A".charCodeAt(0) + number),
      expr: query.expr,
      legendFormat: query.legend,
    })),
  };
}
