/** The collector of logs: on every node, from the files of its containers to Loki, each line with its trace's ID. */
import type { Values } from "../../config/catalog/mirror.ts";
import { noOtherPorts, noOtherReceivers, ownMetrics } from "./collector.ts";
import { requiredPod, resourcesOf, restrictedContainer, type AddOnContext } from "./definition.ts";

export function logCollectorValues(context: AddOnContext): Values {
  const pod = requiredPod(context, "opentelemetry-logs/collector");
  return {
    resources: resourcesOf(pod),
    priorityClassName: pod.priority,
    mode: "daemonset",
    fullnameOverride: "otel-logs",
    tolerations: [{ operator: "Exists" }],
    // The files of a node's logs belong to root and nobody else may read them.
    securityContext: {
      runAsUser: 0,
      runAsGroup: 0,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
      seccompProfile: restrictedContainer.seccompProfile,
    },
    presets: {
      logsCollection: { enabled: true, includeCollectorLogs: false },
      kubernetesAttributes: { enabled: true },
    },
    ports: {
      ...noOtherPorts,
      otlp: { enabled: false },
      "otlp-http": { enabled: false },
      metrics: { enabled: true },
    },
    config: {
      receivers: { ...noOtherReceivers, otlp: null },
      processors: { "transform/trace": withTrace },
      exporters: { "otlphttp/loki": { endpoint: "http://loki.platform-monitoring.svc:3100/otlp" } },
      service: {
        telemetry: ownMetrics,
        pipelines: {
          metrics: null,
          traces: null,
          logs: {
            receivers: ["filelog"],
            processors: ["memory_limiter", "k8sattributes", "transform/trace", "batch"],
            exporters: ["otlphttp/loki"],
          },
        },
      },
    },
  };
}

/** As lines write it: `"trace_id":"..."`, `trace_id=...`, `traceID: ...`, `otelTraceID=...`. */
const inLine = (what: string, digits: number) => `(?i)${what}_?id\\\\W{1,5}(?P<id>[0-9a-f]{${digits}})`;

/** Finds the numbers of trace and span in a line of any format, where Loki and Grafana look for them. */
const withTrace: Values = {
  // A line that it cannot read is still a line.
  error_mode: "ignore",
  log_statements: [
    ["trace", 32],
    ["span", 16],
  ].map(([what, digits]) => {
    const pattern = inLine(String(what), Number(digits));
    return {
      context: "log",
      conditions: [`IsString(log.body) and IsMatch(log.body, "${pattern}")`],
      statements: [`set(log.${what}_id.string, ExtractPatterns(log.body, "${pattern}")["id"])`],
    };
  }),
};
