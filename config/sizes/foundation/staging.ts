/** Staging: production's topology, at the fewest replicas that are still highly available. */
import type { FoundationPods } from "./pods.ts";
import { productionPods } from "./production.ts";
import { share } from "../share.ts";

const { "cert-manager": certManager, "kube-prometheus-stack": monitoring } = productionPods;

export const stagingPods: FoundationPods = {
  ...productionPods,
  istiod: {
    istiod: { replicas: 2, maxReplicas: 3, containers: { discovery: share("100m", "512Mi", "1", "1Gi") } },
  },
  "istio-gateway": {
    gateway: {
      replicas: 2,
      maxReplicas: 4,
      containers: { "istio-proxy": share("100m", "128Mi", "1", "512Mi") },
    },
  },
  "cert-manager": {
    ...certManager,
    webhook: { replicas: 2, containers: { "cert-manager-webhook": share("20m", "64Mi", "200m", "128Mi") } },
  },
  "kube-prometheus-stack": {
    ...monitoring,
    prometheus: {
      replicas: 1,
      containers: {
        prometheus: share("250m", "1536Mi", "1", "3Gi"),
        "config-reloader": share("10m", "32Mi", "100m", "64Mi"),
        "istio-proxy": share("10m", "64Mi", "200m", "256Mi"),
      },
      storage: "50Gi",
    },
    alertmanager: {
      replicas: 1,
      containers: {
        alertmanager: share("20m", "64Mi", "200m", "256Mi"),
        "config-reloader": share("10m", "32Mi", "100m", "64Mi"),
      },
      storage: "2Gi",
    },
  },
  loki: { loki: { replicas: 1, containers: { loki: share("150m", "512Mi", "1", "2Gi") }, storage: "50Gi" } },
  tempo: {
    tempo: { replicas: 1, containers: { tempo: share("100m", "512Mi", "1", "2Gi") }, storage: "20Gi" },
  },
  "argo-cd": {
    ...productionPods["argo-cd"],
    controller: { replicas: 1, containers: { "application-controller": share("250m", "512Mi", "1", "2Gi") } },
    repoServer: { replicas: 2, containers: { "repo-server": share("100m", "256Mi", "1", "1Gi") } },
    applicationSet: {
      replicas: 1,
      containers: { "applicationset-controller": share("20m", "96Mi", "300m", "512Mi") },
    },
  },
};
