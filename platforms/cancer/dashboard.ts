/** Grafana's dashboard of the cancer API: rate, errors, duration and saturation. */

interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly queries: readonly { readonly expr: string; readonly legend: string }[];
}

/** The dashboard as Grafana's JSON model, provisioned from a ConfigMap. */
export function apiDashboard(args: { readonly namespace: string }): object {
  const api = `job="cancer-api",namespace="${args.namespace}"`;
  const panels: Panel[] = [
    {
      title: "Requests per second, by status",
      unit: "reqps",
      queries: [{ expr: `sum by (status) (rate(http_requests_total{${api}}[1m]))`, legend: "{{status}}" }],
    },
    {
      title: "Share of failed requests",
      unit: "percentunit",
      queries: [
        {
          expr: `sum(rate(http_requests_total{${api},status=~"5.."}[5m])) / sum(rate(http_requests_total{${api}}[5m]))`,
          legend: "5xx",
        },
      ],
    },
    {
      title: "Duration",
      unit: "s",
      queries: [0.5, 0.95, 0.99].map((quantile) => ({
        expr: `histogram_quantile(${quantile}, sum by (le) (rate(http_request_duration_seconds_bucket{${api}}[5m])))`,
        legend: `p${quantile * 100}`,
      })),
    },
    {
      title: "Pods that answer",
      unit: "none",
      queries: [{ expr: `sum(up{${api}})`, legend: "up" }],
    },
    {
      title: "CPU, by pod",
      unit: "none",
      queries: [{ expr: `rate(process_cpu_seconds_total{${api}}[5m])`, legend: "{{pod}}" }],
    },
    {
      title: "Resident memory, by pod",
      unit: "bytes",
      queries: [{ expr: `process_resident_memory_bytes{${api}}`, legend: "{{pod}}" }],
    },
  ];
  return {
    uid: "cancer-api",
    title: "Cancer API",
    tags: ["quint", "cancer"],
    schemaVersion: 41,
    timezone: "utc",
    refresh: "30s",
    time: { from: "now-1h", to: "now" },
    panels: panels.map(panel),
  };
}

/** Two panels a row, each half of Grafana's 24 columns wide. */
function panel(spec: Panel, index: number): object {
  return {
    id: index + 1,
    type: "timeseries",
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
