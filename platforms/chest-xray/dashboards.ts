/** The seed's four dashboards by their names (seed 004, "Dashboards"): two of every platform's, and two of its own. */
import { dashboard } from "../dashboards/dashboard.ts";
import { line, stat, type Row } from "../dashboards/panel.ts";
import type { Called, Topic } from "../dashboards/standard.ts";
import type { DashboardSpec } from "../model/index.ts";
import { requestRate } from "../service-level.ts";
import { deploymentsOf, measuredOf, series } from "./alerts.ts";
import { server, type ChestXrayStack } from "./stack.ts";

export const dashboardsCalled: Partial<Record<Topic, Called>> = {
  services: { uid: "chest-xray-performance", title: "Application Performance Metrics" },
  resources: { uid: "chest-xray-resources", title: "Infrastructure Resource Usage" },
};

export function dashboards(stack: ChestXrayStack): DashboardSpec[] {
  const board = (uid: string, title: string, rows: readonly Row[], since?: string) =>
    dashboard({ uid, title, about: "chest-xray", rows, ...(since === undefined ? {} : { since }) });
  return [
    board("chest-xray-deployments", "Production Deployment Overview", deployments(stack), "30d"),
    board("chest-xray-blue-green", "Blue-Green Environment Status", copies(stack)),
  ];
}

function deployments(stack: ChestXrayStack): Row[] {
  const containers = `namespace=~"${measuredOf(stack).namespaces.join("|")}",container="${server}"`;
  return [
    {
      title: "Deployment metrics",
      panels: [
        stat("Deployments that succeed (30 days)", "percentunit", series.successRate, { redBelow: 0.95 }),
        stat("Duration of a deployment", "s", series.duration),
        stat("Rollbacks (30 days)", "none", series.rollbacks),
        stat("Time to recovery", "s", series.timeToRecovery),
      ],
    },
    {
      title: "What runs",
      panels: [
        line("Incidents", "none", series.incident, "incident", { red: 1 }),
        line(
          "Images that run",
          "none",
          `count by (namespace, image) (kube_pod_container_info{${containers}})`,
          "{{namespace}} {{image}}",
        ),
      ],
    },
  ];
}

function copies(stack: ChestXrayStack): Row[] {
  const deployment = deploymentsOf(stack);
  return [
    {
      title: "Traffic",
      panels: [
        line(
          "Requests per second, by copy",
          "reqps",
          requestRate(measuredOf(stack), "1m"),
          "{{destination_workload_namespace}}",
          { leadsToTraces: true },
        ),
        line("Blue has the traffic", "none", series.blueActive, "blue"),
      ],
    },
    {
      title: "Pods",
      panels: [
        line(
          "Pods that are ready",
          "none",
          `kube_deployment_status_replicas_ready{${deployment}}`,
          "{{namespace}}",
        ),
        line("Pods that are wanted", "none", `kube_deployment_spec_replicas{${deployment}}`, "{{namespace}}"),
      ],
    },
  ];
}
