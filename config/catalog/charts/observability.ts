/** Metrics, dashboards, logs, traces. All of it in one namespace, its node agents in a privileged one of their own. */
import { both, image, type ChartPin, type PodPin } from "../chart.ts";

/** Where pods run that need the node's own files or network. */
export const nodeAgentNamespace = "platform-node-agents";
const namespace = "platform-monitoring";
const stack = "kube-prometheus-stack";
const prometheusCommunity = "oci://ghcr.io/prometheus-community/charts";
const grafanaCommunity = "oci://ghcr.io/grafana-community/helm-charts";
const collectorVersion = "0.158.0";

const byName = <const Name extends string, const Instance extends string>(
  name: Name,
  instance: Instance,
) => ({
  "app.kubernetes.io/name": name,
  "app.kubernetes.io/instance": instance,
});

/** Pods that the Prometheus operator makes. */
const operatedPod = <const Kind extends string>(kind: Kind) =>
  ({
    kind: "StatefulSet",
    name: `${kind}-${stack}-${kind}`,
    labels: { "app.kubernetes.io/name": kind, "app.kubernetes.io/instance": `${stack}-${kind}` },
    priority: "critical-priority",
  }) as const satisfies Omit<PodPin, "containers">;

const collector = {
  repository: "https://open-telemetry.github.io/opentelemetry-helm-charts",
  chart: "opentelemetry-collector",
  version: "0.170.0",
  appVersion: collectorVersion,
  crds: { kind: "none" },
  images: {
    // The distribution made for Kubernetes: Filelog, k8sattributes and tail sampling, and no more.
    collector: image(
      `ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-k8s:${collectorVersion}`,
      {
        repository: "image.repository",
        tag: "image.tag",
      },
    ),
  },
  homepage: "https://opentelemetry.io",
  maintenance: "CNCF graduated, a release every two weeks. `mode` and `image.repository` have no defaults.",
} as const;

export const observabilityCharts = {
  /** The custom resources alone, so that every other chart may bring monitors. */
  "prometheus-operator-crds": {
    repository: prometheusCommunity,
    chart: "prometheus-operator-crds",
    version: "31.0.1",
    appVersion: "v0.93.1",
    namespace,
    release: "prometheus-operator-crds",
    crds: { kind: "templates", value: "crds.prometheuses.enabled" },
    images: {},
    pods: {},
    homepage: "https://prometheus-operator.dev",
    maintenance: "Prometheus community; one release an operator release, upgraded before the stack.",
  },
  "kube-prometheus-stack": {
    repository: prometheusCommunity,
    chart: stack,
    version: "88.5.3",
    appVersion: "v0.93.1",
    namespace,
    release: stack,
    crds: { kind: "chart", chart: "prometheus-operator-crds" },
    images: {
      operator: image("quay.io/prometheus-operator/prometheus-operator:v0.93.1", {
        registry: "prometheusOperator.image.registry",
        repository: "prometheusOperator.image.repository",
        tag: "prometheusOperator.image.tag",
      }),
      reloader: image("quay.io/prometheus-operator/prometheus-config-reloader:v0.93.1", {
        registry: "prometheusOperator.prometheusConfigReloader.image.registry",
        repository: "prometheusOperator.prometheusConfigReloader.image.repository",
        tag: "prometheusOperator.prometheusConfigReloader.image.tag",
      }),
      prometheus: image("quay.io/prometheus/prometheus:v3.14.0-distroless", {
        registry: "prometheus.prometheusSpec.image.registry",
        repository: "prometheus.prometheusSpec.image.repository",
        tag: "prometheus.prometheusSpec.image.tag",
      }),
      alertmanager: image("quay.io/prometheus/alertmanager:v0.34.0", {
        registry: "alertmanager.alertmanagerSpec.image.registry",
        repository: "alertmanager.alertmanagerSpec.image.repository",
        tag: "alertmanager.alertmanagerSpec.image.tag",
      }),
      grafana: image("docker.io/grafana/grafana:13.2.0", {
        registry: "grafana.image.registry",
        repository: "grafana.image.repository",
        tag: "grafana.image.tag",
      }),
      dashboards: image("quay.io/kiwigrid/k8s-sidecar:2.10.1", {
        registry: "grafana.sidecar.image.registry",
        repository: "grafana.sidecar.image.repository",
        tag: "grafana.sidecar.image.tag",
      }),
      stateMetrics: image("registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.20.0", {
        registry: "kube-state-metrics.image.registry",
        repository: "kube-state-metrics.image.repository",
        tag: "kube-state-metrics.image.tag",
      }),
      nodeExporter: image("quay.io/prometheus/node-exporter:v1.12.1", {
        registry: "prometheus-node-exporter.image.registry",
        repository: "prometheus-node-exporter.image.repository",
        tag: "prometheus-node-exporter.image.tag",
      }),
      // Prometheus' sidecar, which only writes the certificates to scrape STRICT workloads with.
      proxy: image("docker.io/istio/proxyv2:1.30.3"),
    },
    // Reaches arguments that name an image which nothing here runs (Thanos).
    mirrorKeys: ["global.imageRegistry"],
    pods: {
      operator: {
        kind: "Deployment",
        name: `${stack}-operator`,
        labels: { app: `${stack}-operator`, release: stack },
        containers: { [stack]: "operator" },
        priority: "critical-priority",
      },
      prometheus: {
        ...operatedPod("prometheus"),
        containers: { prometheus: "prometheus", "config-reloader": "reloader", "istio-proxy": "proxy" },
        services: [
          { name: `${stack}-prometheus`, ports: [{ name: "http-web", port: 9090, targetPort: 9090 }] },
        ],
      },
      alertmanager: {
        ...operatedPod("alertmanager"),
        containers: { alertmanager: "alertmanager", "config-reloader": "reloader" },
        services: [
          { name: `${stack}-alertmanager`, ports: [{ name: "http-web", port: 9093, targetPort: 9093 }] },
        ],
      },
      grafana: {
        kind: "Deployment",
        name: "grafana",
        labels: byName("grafana", stack),
        containers: {
          grafana: "grafana",
          "grafana-sc-dashboard": "dashboards",
          "grafana-sc-datasources": "dashboards",
        },
        priority: "critical-priority",
        services: [{ name: "grafana", ports: [{ name: "http-web", port: 80, targetPort: 3000 }] }],
      },
      stateMetrics: {
        kind: "Deployment",
        name: "kube-state-metrics",
        labels: byName("kube-state-metrics", stack),
        containers: { "kube-state-metrics": "stateMetrics" },
        priority: "critical-priority",
      },
      nodeExporter: {
        kind: "DaemonSet",
        name: "node-exporter",
        namespace: nodeAgentNamespace,
        labels: byName("prometheus-node-exporter", stack),
        containers: { "node-exporter": "nodeExporter" },
        priority: "system-node-critical",
      },
    },
    homepage: "https://github.com/prometheus-community/helm-charts",
    maintenance: "Prometheus community, many releases a month; read UPGRADE.md at each major one.",
  },
  loki: {
    // Moved from grafana/helm-charts in March 2026.
    repository: grafanaCommunity,
    chart: "loki",
    version: "18.11.0",
    appVersion: "3.7.6",
    namespace,
    release: "loki",
    crds: { kind: "none" },
    images: {
      loki: image("docker.io/grafana/loki:3.7.6", {
        registry: "loki.image.registry",
        repository: "loki.image.repository",
        tag: "loki.image.tag",
      }),
    },
    pods: {
      loki: {
        kind: "StatefulSet",
        name: "loki",
        labels: { ...byName("loki", "loki"), "app.kubernetes.io/component": "single-binary" },
        containers: { loki: "loki" },
        priority: "critical-priority",
        services: [{ name: "loki", ports: [{ name: "http-metrics", port: 3100, targetPort: 3100 }] }],
      },
    },
    homepage: "https://grafana.com/oss/loki",
    maintenance:
      "Grafana community. SingleBinary is called Monolithic now; SimpleScalable goes with Loki 4. Its caches ask for 8 GiB by default.",
  },
  tempo: {
    // Moved from grafana/helm-charts in January 2026.
    repository: grafanaCommunity,
    chart: "tempo",
    version: "2.2.4",
    appVersion: "2.10.8",
    namespace,
    release: "tempo",
    crds: { kind: "none" },
    images: {
      tempo: image("docker.io/grafana/tempo:2.10.8", {
        registry: "tempo.registry",
        repository: "tempo.repository",
        tag: "tempo.tag",
      }),
    },
    pods: {
      tempo: {
        kind: "StatefulSet",
        name: "tempo",
        labels: byName("tempo", "tempo"),
        containers: { tempo: "tempo" },
        priority: "critical-priority",
        services: [
          {
            name: "tempo",
            ports: [
              { name: "tempo-prom-metrics", port: 3200, targetPort: 3200 },
              { name: "grpc-tempo-otlp", port: 4317, targetPort: 4317 },
            ],
          },
        ],
      },
    },
    homepage: "https://grafana.com/oss/tempo",
    maintenance: "Grafana community. Tempo 3's microservices need Kafka; the single binary does not.",
  },
  /** Takes traces from the mesh and from applications, samples them, and hands them to Tempo. */
  "opentelemetry-gateway": {
    ...collector,
    namespace,
    release: "otel-gateway",
    pods: {
      collector: {
        kind: "Deployment",
        name: "otel-gateway",
        labels: { ...byName("opentelemetry-collector", "otel-gateway"), component: "standalone-collector" },
        containers: { "opentelemetry-collector": "collector" },
        priority: "critical-priority",
        services: [
          {
            name: "otel-gateway",
            ports: [
              { name: "otlp", port: 4317, targetPort: 4317 },
              { name: "otlp-http", port: 4318, targetPort: 4318 },
            ],
          },
        ],
      },
    },
  },
  /** Reads the logs of every container on its node, and hands them to Loki. */
  "opentelemetry-logs": {
    ...collector,
    namespace: nodeAgentNamespace,
    release: "otel-logs",
    pods: {
      collector: {
        kind: "DaemonSet",
        name: "otel-logs-agent",
        labels: { ...byName("opentelemetry-collector", "otel-logs"), component: "agent-collector" },
        containers: { "opentelemetry-collector": "collector" },
        priority: "system-node-critical",
      },
    },
  },
  "metrics-server": {
    repository: "https://kubernetes-sigs.github.io/metrics-server/",
    chart: "metrics-server",
    version: "3.13.1",
    appVersion: "0.8.1",
    namespace: "metrics-server",
    release: "metrics-server",
    crds: { kind: "none" },
    images: {
      server: {
        reference: "registry.k8s.io/metrics-server/metrics-server:v0.8.1",
        architectures: both,
        keys: [{ repository: "image.repository", tag: "image.tag" }],
      },
    },
    pods: {
      server: {
        kind: "Deployment",
        name: "metrics-server",
        labels: byName("metrics-server", "metrics-server"),
        containers: { "metrics-server": "server" },
        priority: "system-cluster-critical",
      },
    },
    homepage: "https://github.com/kubernetes-sigs/metrics-server",
    maintenance: "Kubernetes SIG Instrumentation. Not where the cluster brings one: `foundation.disable`.",
  },
} as const satisfies Record<string, ChartPin>;
