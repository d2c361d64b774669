/** The two collectors: one takes traces and hands them to Tempo, one on every node hands its logs to Loki. */
import type { Values } from "../../config/catalog/mirror.ts";
import {
  podValues,
  requiredPod,
  resourcesOf,
  restrictedContainer,
  type AddOnDefinition,
} from "./definition.ts";

/** Receivers and ports that the chart opens and nobody here uses. */
const unused = ["jaeger-compact", "jaeger-thrift", "jaeger-grpc", "zipkin"] as const;
const noOthers: Values = Object.fromEntries(unused.map((port) => [port, { enabled: false }]));
const noOtherReceivers = { jaeger: null, zipkin: null, prometheus: null } as const;

/** Takes spans of workloads outside the mesh, for which nobody has decided yet. */
const unsampledPort = 4319;

/** Its own metrics on 8888, for the pod monitor. */
const telemetry: Values = {
  metrics: {
    readers: [{ pull: { exporter: { prometheus: { host: "${env:MY_POD_IP}", port: 8888 } } } }],
  },
};

export const opentelemetry: AddOnDefinition = {
  values: (context) => {
    const gateway = requiredPod(context, "opentelemetry-gateway/collector");
    const agent = requiredPod(context, "opentelemetry-logs/collector");
    return {
      "opentelemetry-gateway": {
        ...podValues(gateway),
        mode: "deployment",
        fullnameOverride: gateway.name,
        replicaCount: gateway.replicas,
        podSecurityContext: { runAsNonRoot: true, runAsUser: 10001, runAsGroup: 10001 },
        securityContext: restrictedContainer,
        presets: { kubernetesAttributes: { enabled: true } },
        ports: {
          ...noOthers,
          metrics: { enabled: true },
          "otlp-unsampled": {
            enabled: true,
            containerPort: unsampledPort,
            servicePort: unsampledPort,
            protocol: "TCP",
            appProtocol: "grpc",
          },
        },
        config: {
          receivers: {
            ...noOtherReceivers,
            "otlp/unsampled": { protocols: { grpc: { endpoint: `\${env:MY_POD_IP}:${unsampledPort}` } } },
          },
          processors: {
            // By the trace's own number: every collector decides alike.
            probabilistic_sampler: { sampling_percentage: context.options.tracing.samplingPercent },
          },
          exporters: {
            "otlp/tempo": {
              endpoint: "tempo.platform-monitoring.svc:4317",
              tls: { insecure: true },
            },
          },
          service: {
            telemetry,
            pipelines: {
              logs: null,
              metrics: null,
              // What the mesh or a parent span chose already.
              traces: {
                receivers: ["otlp"],
                processors: ["memory_limiter", "k8sattributes", "batch"],
                exporters: ["otlp/tempo"],
              },
              "traces/unsampled": {
                receivers: ["otlp/unsampled"],
                processors: ["memory_limiter", "k8sattributes", "probabilistic_sampler", "batch"],
                exporters: ["otlp/tempo"],
              },
            },
          },
        },
      },
      "opentelemetry-logs": {
        resources: resourcesOf(agent),
        priorityClassName: agent.priority,
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
          ...noOthers,
          otlp: { enabled: false },
          "otlp-http": { enabled: false },
          metrics: { enabled: true },
        },
        config: {
          receivers: { ...noOtherReceivers, otlp: null },
          exporters: { "otlphttp/loki": { endpoint: "http://loki.platform-monitoring.svc:3100/otlp" } },
          service: {
            telemetry,
            pipelines: {
              metrics: null,
              traces: null,
              logs: {
                receivers: ["filelog"],
                processors: ["k8sattributes", "memory_limiter", "batch"],
                exporters: ["otlphttp/loki"],
              },
            },
          },
        },
      },
    };
  },
};
