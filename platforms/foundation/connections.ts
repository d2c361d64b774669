/**
 * Who may talk to which pod of the foundation. NetworkPolicies are made from this table and nothing else; calls
 * between two pods of it stand at the one that is called.
 */
import type {
  FoundationCaller,
  FoundationEgress,
  FoundationPeer,
  FoundationPodRef,
} from "../model/foundation.ts";

export interface Connections {
  readonly callers: readonly FoundationCaller[];
  readonly egress: readonly FoundationEgress[];
}

const from = (peer: FoundationPeer, ...ports: readonly number[]): FoundationCaller => ({ from: peer, ports });
const scraped = (...ports: readonly number[]) => from("monitoring", ...ports);
const apiServer: FoundationEgress = { to: "api-server" };
const https: FoundationEgress = { to: "internet", ports: [443] };
const identity: FoundationEgress = { to: "cloud-identity" };

/** A controller: watches the API, is scraped. */
const controller = (...metricsPorts: readonly number[]): Connections => ({
  callers: [scraped(...metricsPorts)],
  egress: [apiServer],
});

/** A webhook: the API server calls it. */
const webhook = (port: number, ...metricsPorts: readonly number[]): Connections => ({
  callers: [from("anyone", port), ...(metricsPorts.length === 0 ? [] : [scraped(...metricsPorts)])],
  egress: [apiServer],
});

const argoCdClients: readonly FoundationPodRef[] = [
  "argo-cd/controller",
  "argo-cd/server",
  "argo-cd/repoServer",
];

export const connections: Record<FoundationPodRef, Connections> = {
  "istiod/istiod": {
    // 15012: certificates and configuration of every proxy. 15017: injection and validation.
    callers: [from("cluster", 15012), from("anyone", 15017), scraped(15014)],
    egress: [apiServer, https],
  },
  "istio-cni/node": controller(15014),
  "istio-gateway/gateway": {
    callers: [from("anyone", 80, 443, 15021), scraped(15090, 15020)],
    // It leads to every platform; which ones may be reached from it is said where they are called.
    egress: [{ to: "cluster" }],
  },
  "cert-manager/controller": {
    callers: [scraped(9402)],
    // Let's Encrypt, the test of a challenge before it is handed in, and the domain's own name servers.
    egress: [apiServer, identity, { to: "internet", ports: [80, 443, 53] }],
  },
  "cert-manager/webhook": webhook(10250, 9402),
  "cert-manager/cainjector": controller(9402),
  "metrics-server/server": {
    callers: [from("anyone", 10250)],
    // Kubelets, on the nodes' own addresses.
    egress: [apiServer, { to: "internet", ports: [10250] }],
  },
  "external-secrets/controller": {
    callers: [scraped(8080)],
    egress: [apiServer, identity, { to: "internet", ports: [443, 8200] }],
  },
  "external-secrets/webhook": webhook(10250, 8080),
  "external-secrets/certController": controller(8080),
  // kubeseal fetches the certificate through the API server.
  "sealed-secrets/controller": { callers: [from("anyone", 8080), scraped(8081)], egress: [apiServer] },
  "kube-prometheus-stack/operator": webhook(10250),
  "kube-prometheus-stack/prometheus": {
    callers: [
      from("gateway", 9090),
      from("kube-prometheus-stack/grafana", 9090),
      from("argo-rollouts/controller", 9090),
      from("keda/operator", 9090),
      scraped(9090, 8080),
    ],
    // It scrapes whatever has a monitor, and kubelets and node exporters on the nodes' addresses.
    egress: [{ to: "everywhere" }],
  },
  "kube-prometheus-stack/alertmanager": {
    callers: [
      from("gateway", 9093),
      from("kube-prometheus-stack/prometheus", 9093),
      from("kube-prometheus-stack/grafana", 9093),
      // They tell each other in UDP what has been sent; by TCP alone they compare once a minute, and both have told by then.
      { ...from("peers", 9094), protocols: ["TCP", "UDP"] },
      scraped(9093, 8080),
    ],
    egress: [{ to: "internet", ports: [443, 25, 465, 587] }],
  },
  "kube-prometheus-stack/grafana": {
    callers: [from("gateway", 3000), scraped(3000)],
    egress: [apiServer, https],
  },
  "kube-prometheus-stack/stateMetrics": controller(8080, 8081),
  "kube-prometheus-stack/nodeExporter": { callers: [scraped(9100)], egress: [] },
  "loki/loki": {
    callers: [
      from("kube-prometheus-stack/grafana", 3100),
      from("opentelemetry-logs/collector", 3100),
      from("peers", 7946, 9095),
      scraped(3100),
    ],
    egress: [],
  },
  "tempo/tempo": {
    callers: [
      from("kube-prometheus-stack/grafana", 3200),
      from("opentelemetry-gateway/collector", 4317),
      scraped(3200),
    ],
    egress: [],
  },
  "opentelemetry-gateway/collector": {
    // 4320: traces that are another's to decide.
    callers: [from("cluster", 4317, 4318), from("peers", 4320), scraped(8888)],
    egress: [apiServer],
  },
  "opentelemetry-logs/collector": controller(8888),
  "argo-cd/controller": controller(8082),
  "argo-cd/server": { callers: [from("gateway", 8080), scraped(8083)], egress: [apiServer, https] },
  "argo-cd/repoServer": {
    callers: [
      from("argo-cd/controller", 8081),
      from("argo-cd/server", 8081),
      from("argo-cd/applicationSet", 8081),
      from("argo-cd/notifications", 8081),
      scraped(8084),
    ],
    // Git over https and ssh.
    egress: [{ to: "internet", ports: [443, 22] }],
  },
  "argo-cd/applicationSet": {
    callers: [from("gateway", 7000), scraped(8080)],
    egress: [apiServer, https],
  },
  "argo-cd/notifications": {
    callers: [scraped(9001)],
    egress: [apiServer, { to: "internet", ports: [443, 25, 465, 587] }],
  },
  "argo-cd/redis": { callers: argoCdClients.map((client) => from(client, 6379)), egress: [] },
  "argo-cd/redisHa": {
    callers: [from("argo-cd/redisProxy", 6379, 26379), from("peers", 6379, 26379)],
    egress: [],
  },
  "argo-cd/redisProxy": {
    callers: [...argoCdClients.map((client) => from(client, 6379)), scraped(9101)],
    egress: [],
  },
  "argo-rollouts/controller": controller(8090),
  "velero/server": { callers: [scraped(8085)], egress: [apiServer, identity, https] },
  "velero/nodeAgent": { callers: [scraped(8085)], egress: [apiServer, identity, https] },
  "cloudnative-pg/operator": {
    callers: [from("anyone", 9443), scraped(8080)],
    // 8000: the instance manager's status. 5432: PostgreSQL itself.
    egress: [apiServer, { to: "cluster", ports: [8000, 5432] }],
  },
  "plugin-barman-cloud/plugin": {
    // Database servers speak to their own sidecar, by a socket in the pod.
    callers: [from("cloudnative-pg/operator", 9090)],
    egress: [apiServer, https],
  },
  "strimzi-kafka-operator/operator": {
    callers: [scraped(8080)],
    // Brokers' control plane, replication and agent, and the entity operators' health.
    egress: [apiServer, { to: "cluster", ports: [9090, 9091, 8443, 9443] }],
  },
  "rabbitmq-cluster-operator/operator": {
    callers: [scraped(9782)],
    egress: [apiServer, { to: "cluster", ports: [15671, 15672] }],
  },
  "spark-operator/controller": controller(8080),
  "spark-operator/webhook": webhook(9443, 8080),
  "keda/operator": {
    callers: [from("keda/metrics", 9666), scraped(8080)],
    egress: [apiServer, { to: "cluster" }, https],
  },
  "keda/metrics": webhook(6443, 8080),
  "keda/webhooks": webhook(9443, 8080),
};
