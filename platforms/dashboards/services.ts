/** Servers of the mesh: rate, errors, duration and saturation; and what they wrote and did. */
import { durationQuantile, errorShare, requestRate, type Measured } from "../service-level.ts";
import { line, type Row } from "./panel.ts";
import { tracesOf } from "./panel-model.ts";

const server = "{{destination_workload_namespace}} {{destination_workload}}";

/** Labels of the containers' own metrics; a server's container has its name. */
export function containersOf({ workload, namespaces }: Measured): string {
  return `namespace=~"${namespaces.join("|")}",container=~"${workload}"`;
}

/** Requests as the servers' own proxies saw them arrive. */
export function traffic(measured: Measured): Row {
  return {
    title: "Rate, errors, duration",
    panels: [
      line("Requests per second", "reqps", requestRate(measured, "5m"), server, { leadsToTraces: true }),
      line("Share of failed requests", "percentunit", errorShare(measured, "5m"), server, {
        description: "Answers with 5xx among all.",
        leadsToTraces: true,
      }),
      ...[0.5, 0.95, 0.99].map((quantile) =>
        line(`Duration, p${quantile * 100}`, "s", durationQuantile(measured, quantile, "5m"), server, {
          leadsToTraces: true,
        }),
      ),
    ],
  };
}

/** How much of what it may take each server takes. */
export function saturation(measured: Measured): Row {
  const containers = containersOf(measured);
  const by = "namespace, container";
  const ofLimit = (used: string, resource: string) =>
    `sum by (${by}) (${used}) / sum by (${by}) (kube_pod_container_resource_limits{${containers},resource="${resource}"})`;
  const name = "{{namespace}} {{container}}";
  const pods = `namespace=~"${measured.namespaces.join("|")}"`;
  return {
    title: "Saturation",
    panels: [
      line(
        "CPU of the limit",
        "percentunit",
        ofLimit(`rate(container_cpu_usage_seconds_total{${containers}}[5m])`, "cpu"),
        name,
        { red: 0.9 },
      ),
      line(
        "Memory of the limit",
        "percentunit",
        ofLimit(`container_memory_working_set_bytes{${containers}}`, "memory"),
        name,
        { red: 0.9 },
      ),
      line(
        "Time throttled",
        "percentunit",
        `sum by (${by}) (rate(container_cpu_cfs_throttled_periods_total{${containers}}[5m])) / sum by (${by}) (rate(container_cpu_cfs_periods_total{${containers}}[5m]))`,
        name,
        { description: "Share of the scheduler's periods in which the container had used up its CPU." },
      ),
      line(
        "Autoscalers at their maximum",
        "percentunit",
        `kube_horizontalpodautoscaler_status_current_replicas{${pods}} / kube_horizontalpodautoscaler_spec_max_replicas{${pods}}`,
        "{{namespace}} {{horizontalpodautoscaler}}",
        { description: "Pods that run of the most that may; at 100 % more load finds no more pods.", red: 1 },
      ),
      line(
        "Restarts (1 hour)",
        "none",
        `sum by (${by}) (increase(kube_pod_container_status_restarts_total{${containers}}[1h]))`,
        name,
      ),
      line(
        "Containers that are ready",
        "none",
        `sum by (${by}) (kube_pod_container_status_ready{${containers}})`,
        name,
      ),
    ],
  };
}

/** Lines of the servers' logs that speak of errors, and their failed and slow traces. */
export function evidence({ workload, namespaces }: Measured): Row {
  return {
    title: "Logs and traces",
    panels: [
      {
        kind: "logs",
        title: "Errors in the logs",
        query: `{k8s_namespace_name=~"${namespaces.join("|")}", k8s_container_name=~"${workload}"} |~ "(?i)(error|fatal|panic|exception)"`,
      },
      {
        kind: "traces",
        title: "Failed and slow traces",
        query: tracesOf(`(${workload})`, "status = error || duration > 1s"),
      },
    ],
  };
}
