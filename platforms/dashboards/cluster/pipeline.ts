/** The monitoring itself: a dashboard that shows nothing may mean that nothing was scraped, kept or sent. */
import type { DashboardSpec } from "../../model/index.ts";
import { dashboard } from "../dashboard.ts";
import { line, stat } from "../panel.ts";

export function pipeline(): DashboardSpec {
  return dashboard({
    uid: "cluster-monitoring",
    title: "Monitoring of the monitoring",
    about: "cluster",
    rows: [
      {
        title: "Metrics",
        panels: [
          stat("Targets that do not answer", "none", "count(up == 0) or vector(0)", { red: 1 }),
          stat("Alerts that fire", "none", `count(ALERTS{alertstate="firing"}) or vector(0)`),
          stat("Series in memory", "short", "sum(prometheus_tsdb_head_series)"),
          line(
            "Samples per second",
            "cps",
            "sum(rate(prometheus_tsdb_head_samples_appended_total[5m]))",
            "samples",
          ),
          line(
            "Notifications that failed per second",
            "ops",
            "sum by (integration) (rate(alertmanager_notifications_failed_total[5m]))",
            "{{integration}}",
            { red: 0.01 },
          ),
          line(
            "Rules that could not be evaluated",
            "ops",
            "sum by (rule_group) (rate(prometheus_rule_evaluation_failures_total[5m])) > 0",
            "{{rule_group}}",
          ),
          line("Targets that do not answer", "none", "count by (job) (up == 0)", "{{job}}"),
        ],
      },
      {
        title: "Traces",
        panels: [
          line(
            "Spans per second: received and sent on",
            "cps",
            "sum(rate(otelcol_receiver_accepted_spans[5m]))",
            "received",
          ),
          line(
            "Spans lost per second",
            "cps",
            "sum(rate(otelcol_receiver_refused_spans[5m])) + sum(rate(otelcol_exporter_send_failed_spans[5m]))",
            "lost",
            { red: 0.1 },
          ),
          line(
            "Traces decided per second: kept and not",
            "cps",
            "sum by (sampled) (rate(otelcol_processor_tail_sampling_global_count_traces_sampled[5m]))",
            "sampled: {{sampled}}",
          ),
          line(
            "Spans that Tempo took per second",
            "cps",
            "sum(rate(tempo_distributor_spans_received_total[5m]))",
            "spans",
          ),
        ],
      },
      {
        title: "Logs",
        panels: [
          line("Lines per second", "cps", "sum(rate(loki_distributor_lines_received_total[5m]))", "lines"),
          line(
            "Lines lost per second",
            "cps",
            "sum(rate(otelcol_exporter_send_failed_log_records[5m]))",
            "lost",
            { red: 0.1 },
          ),
        ],
      },
    ],
  });
}
