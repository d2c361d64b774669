/** Production: every control plane survives a node, and a zone where it has three replicas. */
import type { FoundationPods } from "./pods.ts";
import { share } from "../share.ts";

export const productionPods: FoundationPods = {
  "prometheus-operator-crds": {},
  "istio-base": {},
  // Istio's figure for a thousand services is 1 CPU and 1.5 GiB; five platforms have fewer than a hundred.
  istiod: {
    istiod: { replicas: 2, maxReplicas: 5, containers: { discovery: share("250m", "1Gi", "2", "2Gi") } },
  },
  "istio-cni": {
    node: { replicas: 1, containers: { "install-cni": share("20m", "64Mi", "200m", "256Mi") } },
  },
  // A replica in each zone. The seeds ask for 100 requests a second: an Envoy core does some thousands.
  "istio-gateway": {
    gateway: {
      replicas: 3,
      maxReplicas: 9,
      containers: { "istio-proxy": share("200m", "256Mi", "2", "1Gi") },
    },
  },
  "cert-manager": {
    controller: {
      replicas: 2,
      containers: { "cert-manager-controller": share("50m", "128Mi", "500m", "512Mi") },
    },
    webhook: { replicas: 3, containers: { "cert-manager-webhook": share("20m", "64Mi", "200m", "128Mi") } },
    cainjector: {
      replicas: 2,
      containers: { "cert-manager-cainjector": share("20m", "128Mi", "300m", "512Mi") },
    },
  },
  "metrics-server": {
    server: { replicas: 2, containers: { "metrics-server": share("100m", "200Mi", "500m", "400Mi") } },
  },
  "external-secrets": {
    controller: { replicas: 2, containers: { "external-secrets": share("20m", "128Mi", "300m", "256Mi") } },
    webhook: { replicas: 2, containers: { webhook: share("10m", "64Mi", "100m", "128Mi") } },
    certController: { replicas: 2, containers: { "cert-controller": share("10m", "96Mi", "100m", "256Mi") } },
  },
  "sealed-secrets": {
    controller: { replicas: 1, containers: { controller: share("20m", "64Mi", "200m", "128Mi") } },
  },
  "kube-prometheus-stack": {
    operator: {
      replicas: 1,
      containers: { "kube-prometheus-stack": share("50m", "128Mi", "300m", "256Mi") },
    },
    // About 8 KiB of memory an active series: 300,000 of them, and as much again for queries.
    prometheus: {
      replicas: 2,
      containers: {
        prometheus: share("500m", "3Gi", "2", "6Gi"),
        "config-reloader": share("10m", "32Mi", "100m", "64Mi"),
        "istio-proxy": share("10m", "64Mi", "200m", "256Mi"),
      },
      storage: "100Gi",
    },
    alertmanager: {
      replicas: 2,
      containers: {
        alertmanager: share("20m", "64Mi", "200m", "256Mi"),
        "config-reloader": share("10m", "32Mi", "100m", "64Mi"),
      },
      storage: "2Gi",
    },
    grafana: {
      replicas: 1,
      containers: {
        grafana: share("100m", "256Mi", "1", "1Gi"),
        "grafana-sc-dashboard": share("10m", "96Mi", "100m", "192Mi"),
        "grafana-sc-datasources": share("10m", "96Mi", "100m", "192Mi"),
      },
      storage: "5Gi",
    },
    stateMetrics: {
      replicas: 1,
      containers: { "kube-state-metrics": share("20m", "128Mi", "300m", "512Mi") },
    },
    nodeExporter: { replicas: 1, containers: { "node-exporter": share("20m", "32Mi", "200m", "96Mi") } },
  },
  loki: {
    loki: { replicas: 1, containers: { loki: share("300m", "1Gi", "2", "4Gi") }, storage: "200Gi" },
  },
  tempo: {
    tempo: { replicas: 1, containers: { tempo: share("200m", "1Gi", "1", "3Gi") }, storage: "50Gi" },
  },
  "opentelemetry-gateway": {
    collector: { replicas: 2, containers: { "opentelemetry-collector": share("100m", "256Mi", "1", "1Gi") } },
  },
  "opentelemetry-logs": {
    collector: {
      replicas: 1,
      containers: { "opentelemetry-collector": share("50m", "128Mi", "500m", "384Mi") },
    },
  },
  "argo-cd": {
    controller: { replicas: 1, containers: { "application-controller": share("500m", "1Gi", "2", "3Gi") } },
    server: { replicas: 2, containers: { server: share("100m", "128Mi", "500m", "512Mi") } },
    repoServer: { replicas: 2, containers: { "repo-server": share("250m", "512Mi", "1", "1Gi") } },
    applicationSet: {
      replicas: 2,
      containers: { "applicationset-controller": share("50m", "128Mi", "300m", "512Mi") },
    },
    notifications: {
      replicas: 1,
      containers: { "notifications-controller": share("20m", "64Mi", "200m", "256Mi") },
    },
    redisHa: {
      replicas: 3,
      containers: {
        redis: share("50m", "128Mi", "500m", "512Mi"),
        sentinel: share("10m", "32Mi", "100m", "64Mi"),
        "split-brain-fix": share("10m", "32Mi", "100m", "64Mi"),
      },
    },
    redisProxy: { replicas: 3, containers: { haproxy: share("20m", "64Mi", "200m", "128Mi") } },
  },
  "argo-rollouts": {
    controller: { replicas: 2, containers: { "argo-rollouts": share("50m", "128Mi", "500m", "512Mi") } },
  },
  velero: {
    server: { replicas: 1, containers: { velero: share("200m", "256Mi", "1", "1Gi") } },
    // Kopia takes what it gets while it uploads a volume; it is idle else.
    nodeAgent: { replicas: 1, containers: { "node-agent": share("50m", "128Mi", "1", "2Gi") } },
  },
  "cloudnative-pg": {
    operator: { replicas: 2, containers: { manager: share("50m", "128Mi", "500m", "512Mi") } },
  },
  "plugin-barman-cloud": {
    plugin: { replicas: 1, containers: { "barman-cloud": share("20m", "64Mi", "200m", "256Mi") } },
  },
  "strimzi-kafka-operator": {
    operator: {
      replicas: 2,
      containers: { "strimzi-cluster-operator": share("200m", "384Mi", "1", "384Mi") },
    },
  },
  "rabbitmq-cluster-operator": {
    operator: {
      replicas: 1,
      containers: { "rabbitmq-cluster-operator": share("50m", "128Mi", "200m", "500Mi") },
    },
  },
  "spark-operator": {
    controller: {
      replicas: 1,
      containers: { "spark-operator-controller": share("100m", "256Mi", "1", "512Mi") },
    },
    webhook: {
      replicas: 1,
      containers: { "spark-operator-webhook": share("50m", "128Mi", "200m", "256Mi") },
    },
  },
  keda: {
    operator: { replicas: 2, containers: { "keda-operator": share("100m", "128Mi", "500m", "512Mi") } },
    metrics: {
      replicas: 1,
      containers: { "keda-operator-metrics-apiserver": share("50m", "128Mi", "300m", "512Mi") },
    },
    webhooks: {
      replicas: 1,
      containers: { "keda-admission-webhooks": share("10m", "64Mi", "100m", "128Mi") },
    },
  },
};
