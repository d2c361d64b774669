/**
 * The collector of traces. The mesh and the services send every trace; a few seconds later, when its spans are there, the
 * collector decides: what failed or was slow is kept, of the rest a share. All spans of a trace must be with one
 * collector for that, so where several run each hands what it receives to the one whose turn the trace's number makes it.
 */
import type { Values } from "../../config/catalog/mirror.ts";
import { noOtherPorts, noOtherReceivers, ownMetrics, type CollectorConfiguration } from "./collector.ts";
import { podValues, requiredPod, restrictedContainer, type AddOnContext } from "./definition.ts";

/** Where a collector takes the traces that are its own to decide, from the others. */
const balancedPort = 4320;
/** Seconds from a trace's first span until it is decided: longer than requests take, and than batches wait. */
const decisionSeconds = 10;
/** Traces in memory at a time: 2,000 new ones a second for the time of the decision. */
const tracesInMemory = 20_000;

export function traceCollectorValues(context: AddOnContext): Values {
  const pod = requiredPod(context, "opentelemetry-gateway/collector");
  const several = pod.replicas > 1;
  return {
    ...podValues(pod),
    mode: "deployment",
    fullnameOverride: pod.name,
    replicaCount: pod.replicas,
    podSecurityContext: { runAsNonRoot: true, runAsUser: 10001, runAsGroup: 10001 },
    securityContext: restrictedContainer,
    presets: { kubernetesAttributes: { enabled: true } },
    ...(several ? { clusterRole: { create: true, rules: [seesCollectors] } } : {}),
    ports: {
      ...noOtherPorts,
      metrics: { enabled: true },
      ...(several ? { "otlp-balanced": { enabled: true, ...tcp(balancedPort) } } : {}),
    },
    config: configuration(context, several ? `${pod.name}.${pod.namespace}` : undefined),
  };
}

const tcp = (port: number) =>
  ({ containerPort: port, servicePort: port, protocol: "TCP", appProtocol: "grpc" }) as const;

/** The other collectors, as the addresses behind their Service. */
const seesCollectors = {
  apiGroups: ["discovery.k8s.io"],
  resources: ["endpointslices"],
  verbs: ["get", "list", "watch"],
};

/** @param service of the collectors, where traces must be shared out among several. */
function configuration({ options }: AddOnContext, service: string | undefined): CollectorConfiguration {
  const decided = {
    processors: ["memory_limiter", "tail_sampling", "batch"],
    exporters: ["otlp/tempo"],
  };
  return {
    receivers: {
      ...noOtherReceivers,
      ...(service === undefined
        ? {}
        : {
            "otlp/balanced": { protocols: { grpc: { endpoint: `\${env:MY_POD_IP}:${balancedPort}` } } },
          }),
    },
    processors: { tail_sampling: sampling(options.tracing) },
    exporters: {
      "otlp/tempo": { endpoint: "tempo.platform-monitoring.svc:4317", tls: { insecure: true } },
      ...(service === undefined
        ? {}
        : {
            loadbalancing: {
              routing_key: "traceID",
              protocol: { otlp: { tls: { insecure: true }, timeout: "5s" } },
              resolver: { k8s: { service, ports: [balancedPort] } },
            },
          }),
    },
    service: {
      telemetry: ownMetrics,
      pipelines: {
        logs: null,
        metrics: null,
        ...(service === undefined
          ? {
              traces: {
                ...decided,
                receivers: ["otlp"],
                processors: ["memory_limiter", "k8sattributes", "tail_sampling", "batch"],
              },
            }
          : {
              // Here the connection still tells which pod a span is from.
              "traces/received": {
                receivers: ["otlp"],
                processors: ["memory_limiter", "k8sattributes"],
                exporters: ["loadbalancing"],
              },
              traces: { ...decided, receivers: ["otlp/balanced"] },
            }),
      },
    },
  };
}

/** A trace is kept where one policy says so. */
function sampling(tracing: AddOnContext["options"]["tracing"]): Values {
  return {
    decision_wait: `${decisionSeconds}s`,
    num_traces: tracesInMemory,
    policies: [
      { name: "failed", type: "status_code", status_code: { status_codes: ["ERROR"] } },
      { name: "slow", type: "latency", latency: { threshold_ms: tracing.slowMilliseconds } },
      {
        name: "of-the-rest",
        type: "probabilistic",
        probabilistic: { sampling_percentage: tracing.samplingPercent },
      },
    ],
  };
}
