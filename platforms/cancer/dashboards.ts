/**
 * Dashboards of the platform's own Grafana, in the shape of the other platforms': overview, services, resources, and the
 * monitoring itself. Its Prometheus scrapes the API and itself, and nothing of the cluster.
 */
import { dashboard } from "../dashboards/dashboard.ts";
import { line, stat, type Row } from "../dashboards/panel.ts";
import type { DashboardSpec } from "../model/index.ts";

export function dashboards({ namespace }: { readonly namespace: string }): DashboardSpec[] {
  const api = `job="cancer-api",namespace="${namespace}"`;
  const board = (uid: string, title: string, rows: readonly Row[]) =>
    dashboard({ uid, title, about: "cancer", rows });
  return [
    board("cancer-overview", "Cancer MLOps", [overview(api), traffic(api)]),
    board("cancer-api", "Cancer API", [traffic(api), saturation(api)]),
    board("cancer-resources", "Resource usage", [saturation(api)]),
    board("cancer-monitoring", "Monitoring", [monitoring()]),
  ];
}

const rate = (api: string) => `sum(rate(http_requests_total{${api}}[5m]))`;
const failed = (api: string) => `sum(rate(http_requests_total{${api},status=~"5.."}[5m])) / ${rate(api)}`;
const quantile = (api: string, share: number) =>
  `histogram_quantile(${share}, sum by (le) (rate(http_request_duration_seconds_bucket{${api}}[5m])))`;

function overview(api: string): Row {
  return {
    title: "Now",
    panels: [
      stat("Pods that answer", "none", `sum(up{${api}})`, { redBelow: 1 }),
      stat("Requests per second", "reqps", rate(api)),
      stat("Share of failed requests", "percentunit", failed(api), { red: 0.02 }),
      stat("Duration, p95", "s", quantile(api, 0.95)),
    ],
  };
}

function traffic(api: string): Row {
  return {
    title: "Rate, errors, duration",
    panels: [
      line(
        "Requests per second, by status",
        "reqps",
        `sum by (status) (rate(http_requests_total{${api}}[1m]))`,
        "{{status}}",
      ),
      line("Share of failed requests", "percentunit", failed(api), "5xx"),
      {
        title: "Duration",
        unit: "s",
        queries: [0.5, 0.95, 0.99].map((share) => ({
          expr: quantile(api, share),
          legend: `p${share * 100}`,
        })),
      },
      line("Pods that answer", "none", `sum(up{${api}})`, "up"),
    ],
  };
}

function saturation(api: string): Row {
  return {
    title: "Saturation",
    panels: [
      line("CPU, by pod", "none", `rate(process_cpu_seconds_total{${api}}[5m])`, "{{pod}}"),
      line("Resident memory, by pod", "bytes", `process_resident_memory_bytes{${api}}`, "{{pod}}"),
    ],
  };
}

function monitoring(): Row {
  return {
    title: "Prometheus",
    panels: [
      line("Targets that answer", "none", "sum by (job) (up)", "{{job}}"),
      line("Time of a scrape", "s", "max by (job) (scrape_duration_seconds)", "{{job}}"),
      line("Samples per second", "cps", "rate(prometheus_tsdb_head_samples_appended_total[5m])", "samples"),
      line("Series in memory", "none", "prometheus_tsdb_head_series", "series"),
    ],
  };
}
