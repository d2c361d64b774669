/** The seed's four dashboards (seed 004, "Dashboards"). */
import { dashboard, type Panel } from "../dashboard.ts";
import type { DashboardSpec } from "../model/index.ts";
import { durationQuantile, errorShare, requestRate } from "../service-level.ts";
import { deploymentsOf, measuredOf, series } from "./alerts.ts";
import { server, type ChestXrayStack } from "./stack.ts";

export function dashboards(stack: ChestXrayStack): DashboardSpec[] {
  const measured = measuredOf(stack);
  const namespace = "{{destination_workload_namespace}}";
  const board = (uid: string, title: string, panels: readonly Panel[]): DashboardSpec => ({
    name: uid,
    model: dashboard({ uid, title, tags: ["quint", "chest-xray"], panels }),
  });
  const one = (title: string, unit: string, expr: string, legend: string): Panel => ({
    title,
    unit,
    queries: [{ expr, legend }],
  });
  const now = (title: string, unit: string, expr: string): Panel => ({
    ...one(title, unit, expr, title),
    kind: "stat",
  });
  const containers = `namespace=~"${measured.namespaces.join("|")}",container="${server}"`;
  return [
    board("chest-xray-deployments", "Production Deployment Overview", [
      now("Deployments that succeed (30 days)", "percentunit", series.successRate),
      now("Duration of a deployment", "s", series.duration),
      now("Rollbacks (30 days)", "none", series.rollbacks),
      now("Time to recovery", "s", series.timeToRecovery),
      one("Incidents", "none", series.incident, "incident"),
      one(
        "Images that run",
        "none",
        `count by (namespace, image) (kube_pod_container_info{${containers}})`,
        "{{namespace}} {{image}}",
      ),
    ]),
    board("chest-xray-blue-green", "Blue-Green Environment Status", [
      one("Requests per second, by copy", "reqps", requestRate(measured, "1m"), namespace),
      one("Blue has the traffic", "none", series.blueActive, "blue"),
      one(
        "Pods that are ready",
        "none",
        `kube_deployment_status_replicas_ready{${deploymentsOf(stack)}}`,
        "{{namespace}}",
      ),
      one(
        "Pods that are wanted",
        "none",
        `kube_deployment_spec_replicas{${deploymentsOf(stack)}}`,
        "{{namespace}}",
      ),
    ]),
    board("chest-xray-performance", "Application Performance Metrics", [
      one("Requests per second", "reqps", requestRate(measured, "5m"), namespace),
      one("Share of failed requests", "percentunit", errorShare(measured, "5m"), namespace),
      {
        title: "Duration",
        unit: "s",
        queries: [0.5, 0.95, 0.99].map((quantile) => ({
          expr: durationQuantile(measured, quantile, "5m"),
          legend: `p${quantile * 100} ${namespace}`,
        })),
      },
      one(
        "Restarts (1 hour)",
        "none",
        `sum by (namespace) (increase(kube_pod_container_status_restarts_total{${containers}}[1h]))`,
        "{{namespace}}",
      ),
    ]),
    board("chest-xray-resources", "Infrastructure Resource Usage", [
      one(
        "CPU, in cores",
        "none",
        `sum by (namespace, pod) (rate(container_cpu_usage_seconds_total{${containers}}[5m]))`,
        "{{namespace}}/{{pod}}",
      ),
      one(
        "Memory",
        "bytes",
        `sum by (namespace, pod) (container_memory_working_set_bytes{${containers}})`,
        "{{namespace}}/{{pod}}",
      ),
      one(
        "CPU of the limit",
        "percentunit",
        `sum by (namespace) (rate(container_cpu_usage_seconds_total{${containers}}[5m])) / sum by (namespace) (kube_pod_container_resource_limits{${containers},resource="cpu"})`,
        "{{namespace}}",
      ),
      one(
        "Quota that is used",
        "percentunit",
        `kube_resourcequota{namespace=~"${measured.namespaces.join("|")}",type="used"} / ignoring(type) kube_resourcequota{namespace=~"${measured.namespaces.join("|")}",type="hard"}`,
        "{{namespace}} {{resource}}",
      ),
    ]),
  ];
}
