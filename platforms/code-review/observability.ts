/** What watches the services: the seed's objectives as alerts, and its dashboards (seed 002, "Monitoring & Observability"). */
import { dashboard, type Panel } from "../dashboard.ts";
import type { AlertSpec, ApplicationSpec, DashboardSpec, ObjectiveSpec } from "../model/index.ts";
import { durationQuantile, errorShare, requestRate, type Measured } from "../service-level.ts";
import { infrastructureNamespace, versionNames, versions } from "./stack.ts";

const stable: Measured = { workload: ".+", namespaces: [versions.stable.namespace] };
const all: Measured = { workload: ".+", namespaces: versionNames.map((name) => versions[name].namespace) };
const runbook = "code-review.md";

/** "SLO: p95 < 3s, error rate < 2%" of the stable version. */
const alerts: readonly AlertSpec[] = [
  {
    name: "CodeReviewSlow",
    expression: `${durationQuantile(stable, 0.95, "5m")} > 3`,
    for: "5m",
    severity: "critical",
    summary: "One request in twenty to {{ $labels.destination_workload }} takes more than 3 s",
    runbook,
  },
  {
    name: "CodeReviewErrors",
    expression: `${errorShare(stable, "5m")} > 0.02`,
    for: "5m",
    severity: "critical",
    summary: "More than 2 % of the requests to {{ $labels.destination_workload }} fail",
    runbook,
  },
];

/** The same over a month, with a budget. */
const objectives: readonly ObjectiveSpec[] = [
  {
    name: "stable-latency",
    description: "p95 < 3 s",
    measured: stable,
    indicator: { kind: "latency", seconds: 3 },
    target: 0.95,
  },
  {
    name: "stable-errors",
    description: "error rate < 2 %",
    measured: stable,
    indicator: { kind: "errors" },
    target: 0.98,
  },
];

export function observability(): ApplicationSpec {
  return {
    name: "observability",
    namespace: versions.stable.namespace,
    configs: [],
    secrets: [],
    claims: [],
    workloads: [],
    routes: [],
    alerts,
    objectives,
    dashboards: dashboards(),
  };
}

function dashboards(): DashboardSpec[] {
  const board = (uid: string, title: string, panels: readonly Panel[]): DashboardSpec => ({
    name: uid,
    model: dashboard({ uid, title, tags: ["quint", "code-review"], panels }),
  });
  const one = (title: string, unit: string, expr: string, legend: string): Panel => ({
    title,
    unit,
    queries: [{ expr, legend }],
  });
  const service = "{{destination_workload_namespace}} {{destination_workload}}";
  const namespaces = all.namespaces.join("|");
  const stores = `namespace="${infrastructureNamespace}"`;
  return [
    board("code-review-health", "Service health", [
      one(
        "Pods that are ready",
        "none",
        `kube_deployment_status_replicas_ready{namespace=~"${namespaces}"}`,
        "{{namespace}} {{deployment}}",
      ),
      one(
        "Restarts (1 hour)",
        "none",
        `sum by (namespace, container) (increase(kube_pod_container_status_restarts_total{namespace=~"${namespaces}"}[1h]))`,
        "{{namespace}} {{container}}",
      ),
      one("Share of failed requests", "percentunit", errorShare(all, "5m"), service),
      one("p95", "s", durationQuantile(all, 0.95, "5m"), service),
    ]),
    board("code-review-requests", "Request metrics", [
      one("Requests per second", "reqps", requestRate(all, "5m"), service),
      ...[0.5, 0.95, 0.99].map((quantile) =>
        one(`p${quantile * 100}`, "s", durationQuantile(all, quantile, "5m"), service),
      ),
    ]),
    board("code-review-databases", "Database performance", [
      one(
        "PostgreSQL: connections",
        "none",
        `sum by (datname) (cnpg_backends_total{${stores}})`,
        "{{datname}}",
      ),
      one("PostgreSQL: replication lag", "s", `max by (pod) (cnpg_pg_replication_lag{${stores}})`, "{{pod}}"),
      one("Cache: memory", "bytes", `redis_memory_used_bytes{${stores}}`, "{{pod}}"),
      one(
        "Kafka: messages per second",
        "none",
        `sum by (topic) (rate(kafka_server_brokertopicmetrics_messagesin_total{${stores}}[5m]))`,
        "{{topic}}",
      ),
    ]),
    board("code-review-resources", "Pod resource usage", [
      one(
        "CPU, in cores",
        "none",
        `sum by (namespace, pod) (rate(container_cpu_usage_seconds_total{namespace=~"${namespaces}|${infrastructureNamespace}",container!=""}[5m]))`,
        "{{namespace}} {{pod}}",
      ),
      one(
        "Memory",
        "bytes",
        `sum by (namespace, pod) (container_memory_working_set_bytes{namespace=~"${namespaces}|${infrastructureNamespace}",container!=""})`,
        "{{namespace}} {{pod}}",
      ),
    ]),
  ];
}
