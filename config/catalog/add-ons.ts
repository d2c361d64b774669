/** The add-ons of the foundation: what each is for, its charts, what it cannot work without, and when a stack has it. */
import type { FoundationChartName } from "./charts.ts";

/** Every add-on, each after all that it needs. */
export const addOnNames = [
  "monitoring-crds",
  "istio",
  "cert-manager",
  "ingress-gateway",
  "metrics-server",
  "external-secrets",
  "sealed-secrets",
  "prometheus",
  "loki",
  "tempo",
  "opentelemetry",
  "argo-cd",
  "argo-rollouts",
  "velero",
  "cloudnative-pg",
  "strimzi",
  "rabbitmq",
  "spark",
  "keda",
] as const;
export type AddOnName = (typeof addOnNames)[number];

export interface AddOn {
  readonly purpose: string;
  /** In the order of installation. */
  readonly charts: readonly FoundationChartName[];
  /** Add-ons that it cannot work without, and what for. */
  readonly needs: Readonly<Partial<Record<AddOnName, string>>>;
  /** `always`, unless disabled; `needed` by a platform, a setting or another add-on; `chosen` in `foundation.enable`. */
  readonly when: "always" | "needed" | "chosen";
}

const monitors = { "monitoring-crds": "it brings monitors" } as const;

export const addOns = {
  "monitoring-crds": {
    purpose: "The kinds of Prometheus' operator, so that everything after it may bring monitors",
    charts: ["prometheus-operator-crds"],
    needs: {},
    when: "always",
  },
  istio: {
    purpose: "Service mesh: mutual TLS everywhere, traffic policy, telemetry",
    charts: ["istio-base", "istio-cni", "istiod"],
    needs: monitors,
    when: "always",
  },
  "cert-manager": {
    purpose: "Certificates, for hosts and for webhooks",
    charts: ["cert-manager"],
    needs: monitors,
    when: "always",
  },
  "ingress-gateway": {
    purpose: "The one way in from outside",
    charts: ["istio-gateway"],
    needs: { istio: "its proxy is the mesh's", "cert-manager": "its hosts have certificates" },
    when: "always",
  },
  "metrics-server": {
    purpose: "CPU and memory for autoscalers and `kubectl top`",
    charts: ["metrics-server"],
    needs: {},
    when: "always",
  },
  "external-secrets": {
    purpose: "Secrets from AWS Secrets Manager, OCI Vault or HashiCorp Vault",
    charts: ["external-secrets"],
    needs: monitors,
    when: "needed",
  },
  "sealed-secrets": {
    purpose: "Secrets that may be committed, sealed for one cluster",
    charts: ["sealed-secrets"],
    needs: monitors,
    when: "chosen",
  },
  prometheus: {
    purpose: "Metrics, alerts and dashboards: Prometheus, Alertmanager, Grafana",
    charts: ["kube-prometheus-stack"],
    needs: {
      ...monitors,
      "cert-manager": "its webhook has a certificate",
      istio: "it scrapes STRICT workloads with a certificate of the mesh",
    },
    when: "always",
  },
  loki: { purpose: "Logs, 30 days", charts: ["loki"], needs: monitors, when: "always" },
  tempo: { purpose: "Traces, 7 days", charts: ["tempo"], needs: monitors, when: "always" },
  opentelemetry: {
    purpose: "Collectors: traces to Tempo, every node's logs to Loki",
    charts: ["opentelemetry-gateway", "opentelemetry-logs"],
    needs: { ...monitors, loki: "logs go there", tempo: "traces go there" },
    when: "always",
  },
  "argo-cd": {
    purpose: "Delivery from Git",
    charts: ["argo-cd"],
    needs: monitors,
    when: "always",
  },
  "argo-rollouts": {
    purpose: "Canary and blue-green rollouts with analysis",
    charts: ["argo-rollouts"],
    needs: { ...monitors, istio: "it moves traffic in the mesh", prometheus: "it judges by its metrics" },
    when: "always",
  },
  velero: {
    purpose: "Backups of objects and volumes",
    charts: ["velero"],
    needs: monitors,
    when: "always",
  },
  "cloudnative-pg": {
    purpose: "PostgreSQL, with archive and base backups in the object store",
    charts: ["cloudnative-pg", "plugin-barman-cloud"],
    needs: { ...monitors, "cert-manager": "operator and backup plugin speak TLS" },
    when: "needed",
  },
  strimzi: {
    purpose: "Kafka in KRaft mode",
    charts: ["strimzi-kafka-operator"],
    needs: monitors,
    when: "needed",
  },
  rabbitmq: {
    purpose: "RabbitMQ clusters",
    charts: ["rabbitmq-cluster-operator"],
    needs: monitors,
    when: "needed",
  },
  spark: {
    purpose: "Spark applications",
    charts: ["spark-operator"],
    needs: monitors,
    when: "needed",
  },
  keda: {
    purpose: "Autoscaling on events",
    charts: ["keda"],
    needs: { ...monitors, "metrics-server": "its autoscalers mix both kinds of metrics" },
    when: "chosen",
  },
} as const satisfies Record<AddOnName, AddOn>;

/** The add-on of a name, without the literal types of the table. */
export function addOnOf(name: AddOnName): AddOn {
  return addOns[name];
}
