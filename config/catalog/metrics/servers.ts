/** Series of servers that Quint deploys and does not write: what their own code gives, as far as anything asks for it. */
import { alike, counter, gauge, histogram, type MetricSource } from "./metric.ts";

export const serverMetrics = {
  "cancer-api": {
    exporter: "the cancer API, scraped by that platform's own Prometheus (platforms/cancer/scraping.ts)",
    documented: "https://github.com/prometheus/client_python",
    scrape: "static",
    honorLabels: false,
    metrics: {
      http_requests_total: counter("method", "status", "handler", "namespace", "pod"),
      http_request_duration_seconds: histogram("method", "handler", "namespace", "pod"),
      ...alike(gauge("namespace", "pod"), "process_resident_memory_bytes", "process_start_time_seconds"),
      process_cpu_seconds_total: counter("namespace", "pod"),
      up: gauge("namespace", "pod"),
    },
  },
  "cancer-prometheus": {
    exporter: "that platform's own Prometheus, about itself and its scrapes",
    documented: "https://prometheus.io/docs/concepts/jobs_instances/",
    scrape: "static",
    honorLabels: false,
    metrics: {
      scrape_duration_seconds: gauge(),
      prometheus_tsdb_head_series: gauge(),
      prometheus_tsdb_head_samples_appended_total: counter("type"),
    },
  },
} as const satisfies Record<string, MetricSource>;
