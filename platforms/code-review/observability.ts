/** What watches the services: the seed's objectives as alerts, and its dashboards (seed 002, "Monitoring & Observability"). */
import type { Called, Topic } from "../dashboards/standard.ts";
import type { AlertSpec, ApplicationSpec, ObjectiveSpec } from "../model/index.ts";
import { durationQuantile, errorShare, type Measured } from "../service-level.ts";
import { versions } from "./stack.ts";

const stable: Measured = { workload: ".+", namespaces: [versions.stable.namespace] };
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
  };
}

/** "Grafana": the seed's names of the four dashboards. */
export const dashboardsCalled: Record<Topic, Called> = {
  overview: { uid: "code-review-health", title: "Service health" },
  services: { uid: "code-review-requests", title: "Request metrics" },
  data: { uid: "code-review-databases", title: "Database performance" },
  resources: { uid: "code-review-resources", title: "Pod resource usage" },
};
