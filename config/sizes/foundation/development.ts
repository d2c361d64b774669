/** Dev: one of each, small enough that all of it and five platforms fit four nodes of 4 CPUs. */
import type { FoundationPods } from "./pods.ts";
import { share } from "../share.ts";

/** What an idle controller needs. */
const small = share("10m", "64Mi", "250m", "256Mi");
const tiny = share("10m", "32Mi", "100m", "128Mi");

export const developmentPods: FoundationPods = {
  "prometheus-operator-crds": {},
  "istio-base": {},
  istiod: { istiod: { replicas: 1, containers: { discovery: share("50m", "256Mi", "1", "1Gi") } } },
  "istio-cni": { node: { replicas: 1, containers: { "install-cni": tiny } } },
  // Two, so that rolling the gateway or draining a node is seen to keep the way in open.
  "istio-gateway": {
    gateway: { replicas: 2, containers: { "istio-proxy": share("20m", "64Mi", "500m", "256Mi") } },
  },
  "cert-manager": {
    controller: { replicas: 1, containers: { "cert-manager-controller": small } },
    webhook: { replicas: 1, containers: { "cert-manager-webhook": tiny } },
    cainjector: { replicas: 1, containers: { "cert-manager-cainjector": small } },
  },
  "metrics-server": { server: { replicas: 1, containers: { "metrics-server": small } } },
  "external-secrets": {
    controller: { replicas: 1, containers: { "external-secrets": small } },
    webhook: { replicas: 1, containers: { webhook: tiny } },
    certController: { replicas: 1, containers: { "cert-controller": small } },
  },
  "sealed-secrets": { controller: { replicas: 1, containers: { controller: tiny } } },
  "kube-prometheus-stack": {
    operator: { replicas: 1, containers: { "kube-prometheus-stack": small } },
    prometheus: {
      replicas: 1,
      containers: {
        prometheus: share("100m", "512Mi", "1", "2Gi"),
        "config-reloader": tiny,
        "istio-proxy": share("10m", "40Mi", "250m", "128Mi"),
      },
      storage: "10Gi",
    },
    alertmanager: {
      replicas: 1,
      containers: { alertmanager: tiny, "config-reloader": tiny },
      storage: "1Gi",
    },
    grafana: {
      replicas: 1,
      containers: {
        grafana: share("50m", "128Mi", "500m", "512Mi"),
        "grafana-sc-dashboard": share("10m", "80Mi", "100m", "192Mi"),
        "grafana-sc-datasources": share("10m", "80Mi", "100m", "192Mi"),
      },
      storage: "1Gi",
    },
    stateMetrics: { replicas: 1, containers: { "kube-state-metrics": small } },
    nodeExporter: { replicas: 1, containers: { "node-exporter": tiny } },
  },
  loki: {
    loki: { replicas: 1, containers: { loki: share("50m", "256Mi", "500m", "1Gi") }, storage: "10Gi" },
  },
  tempo: {
    tempo: { replicas: 1, containers: { tempo: share("50m", "256Mi", "500m", "1Gi") }, storage: "5Gi" },
  },
  "opentelemetry-gateway": {
    collector: {
      replicas: 1,
      containers: { "opentelemetry-collector": share("20m", "96Mi", "250m", "384Mi") },
    },
  },
  "opentelemetry-logs": {
    collector: {
      replicas: 1,
      containers: { "opentelemetry-collector": share("20m", "96Mi", "250m", "256Mi") },
    },
  },
  "argo-cd": {
    controller: { replicas: 1, containers: { "application-controller": share("100m", "256Mi", "1", "1Gi") } },
    server: { replicas: 1, containers: { server: small } },
    repoServer: { replicas: 1, containers: { "repo-server": share("20m", "128Mi", "500m", "512Mi") } },
    applicationSet: { replicas: 1, containers: { "applicationset-controller": small } },
    notifications: { replicas: 1, containers: { "notifications-controller": small } },
    redis: { replicas: 1, containers: { redis: tiny } },
  },
  // Two also here: the seed's install is "2 replicas", and failing over is worth trying on a laptop.
  "argo-rollouts": { controller: { replicas: 2, containers: { "argo-rollouts": small } } },
  velero: {
    server: { replicas: 1, containers: { velero: share("20m", "128Mi", "500m", "512Mi") } },
    nodeAgent: { replicas: 1, containers: { "node-agent": share("10m", "64Mi", "500m", "512Mi") } },
  },
  "cloudnative-pg": { operator: { replicas: 1, containers: { manager: small } } },
  "plugin-barman-cloud": { plugin: { replicas: 1, containers: { "barman-cloud": tiny } } },
  "strimzi-kafka-operator": {
    operator: {
      replicas: 1,
      containers: { "strimzi-cluster-operator": share("50m", "384Mi", "500m", "384Mi") },
    },
  },
  "rabbitmq-cluster-operator": {
    operator: { replicas: 1, containers: { "rabbitmq-cluster-operator": small } },
  },
  "spark-operator": {
    controller: {
      replicas: 1,
      containers: { "spark-operator-controller": share("20m", "128Mi", "500m", "512Mi") },
    },
    webhook: { replicas: 1, containers: { "spark-operator-webhook": small } },
  },
  keda: {
    operator: { replicas: 1, containers: { "keda-operator": small } },
    metrics: { replicas: 1, containers: { "keda-operator-metrics-apiserver": small } },
    webhooks: { replicas: 1, containers: { "keda-admission-webhooks": tiny } },
  },
};
