/**
 * Grafana's data sources for logs and traces, and the ways between them: from a line to its trace, from a span to its
 * lines and to its server's metrics. Prometheus' own is the chart's.
 */
import type { Values } from "../../config/catalog/mirror.ts";

/** A variable of Grafana's: provisioning would take it for one of the environment, were its dollar not written twice. */
const variable = (name: string) => `$$\{${name}}`;

export const loki: Values = {
  name: "Loki",
  uid: "loki",
  type: "loki",
  access: "proxy",
  url: "http://loki.platform-monitoring.svc:3100",
  jsonData: {
    derivedFields: [
      {
        name: "Trace",
        datasourceUid: "tempo",
        // The collector of logs writes it beside every line that has one.
        matcherType: "label",
        matcherRegex: "trace_id",
        url: variable("__value.raw"),
        urlDisplayLabel: "Trace",
      },
    ],
  },
};

/** What Istio calls a server that a span calls by Kubernetes' names. */
const serverLabels = [
  { key: "k8s.namespace.name", value: "destination_workload_namespace" },
  { key: "k8s.deployment.name", value: "destination_workload" },
];
const requests = 'istio_requests_total{reporter="destination",$$__tags}';
const buckets = 'istio_request_duration_milliseconds_bucket{reporter="destination",$$__tags}';

export const tempo: Values = {
  name: "Tempo",
  uid: "tempo",
  type: "tempo",
  access: "proxy",
  url: "http://tempo.platform-monitoring.svc:3200",
  jsonData: {
    tracesToLogsV2: {
      datasourceUid: "loki",
      spanStartTimeShift: "-5m",
      spanEndTimeShift: "5m",
      customQuery: true,
      query: `{k8s_namespace_name=~".+"} | trace_id="${variable("__trace.traceId")}"`,
    },
    tracesToMetrics: {
      datasourceUid: "prometheus",
      spanStartTimeShift: "-15m",
      spanEndTimeShift: "15m",
      tags: serverLabels,
      queries: [
        { name: "Requests per second", query: `sum(rate(${requests}[5m]))` },
        {
          name: "Share of failed requests",
          query: `sum(rate(${requests.replace("}", ',response_code=~"5.."}')}[5m])) / sum(rate(${requests}[5m]))`,
        },
        {
          name: "Duration, p95, in ms",
          query: `histogram_quantile(0.95, sum by (le) (rate(${buckets}[5m])))`,
        },
      ],
    },
    nodeGraph: { enabled: true },
  },
};
