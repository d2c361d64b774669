/** Grafana's dashboard of the cancer API: rate, errors, duration and saturation. */
import { dashboard, type Panel } from "../dashboard.ts";

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
  return dashboard({ uid: "cancer-api", title: "Cancer API", tags: ["quint", "cancer"], panels });
}
