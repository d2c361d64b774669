/** A dashboard each for gateway, model serving, pipeline and platform, in the cluster's Grafana. */
import { dashboard, type Panel } from "../dashboard.ts";
import type { DashboardSpec } from "../model/index.ts";
import { duration, errorRatio, readyPods, requests } from "./metrics.ts";

export function dashboards(namespace: string): DashboardSpec[] {
  const all: Readonly<Record<string, { title: string; panels: Panel[] }>> = {
    gateway: { title: "Clinical Data Gateway", panels: traffic(namespace, "clinical-gateway") },
    "model-serving": {
      title: "Model serving",
      panels: [...traffic(namespace, "model-serving"), predictions(namespace)],
    },
    pipeline: { title: "Pipeline: events, features, workflows", panels: pipeline(namespace) },
    platform: { title: "Clinical trials platform", panels: platform(namespace) },
  };
  return Object.entries(all).map(([name, { title, panels }]) => ({
    name: `clinical-trials-${name}`,
    model: dashboard({
      uid: `clinical-trials-${name}`,
      title: `${title} (${namespace})`,
      tags: ["quint", "clinical-trials"],
      panels,
    }),
  }));
}

/** Rate, errors, duration and saturation. */
function traffic(namespace: string, workload: string): Panel[] {
  const container = `namespace="${namespace}",container="${workload}"`;
  return [
    {
      title: "Requests per second, by status",
      unit: "reqps",
      queries: [
        {
          expr: `sum by (response_code) (rate(${requests(namespace, workload)}[5m]))`,
          legend: "{{response_code}}",
        },
      ],
    },
    {
      title: "Share of failed requests",
      unit: "percentunit",
      queries: [{ expr: errorRatio(namespace, workload), legend: "5xx" }],
    },
    {
      title: "Duration",
      unit: "s",
      queries: [0.5, 0.95, 0.99].map((quantile) => ({
        expr: duration(namespace, workload, quantile),
        legend: `p${quantile * 100}`,
      })),
    },
    {
      title: "Pods that are ready",
      unit: "none",
      queries: [{ expr: readyPods(namespace, workload), legend: "ready" }],
    },
    {
      title: "CPU, by pod",
      unit: "none",
      queries: [
        {
          expr: `sum by (pod) (rate(container_cpu_usage_seconds_total{${container}}[5m]))`,
          legend: "{{pod}}",
        },
      ],
    },
    {
      title: "Memory, by pod",
      unit: "bytes",
      queries: [
        { expr: `sum by (pod) (container_memory_working_set_bytes{${container}})`, legend: "{{pod}}" },
      ],
    },
  ];
}

function predictions(namespace: string): Panel {
  return {
    title: "Predictions on their way to drift detection",
    unit: "none",
    queries: [
      {
        expr: `sum(kafka_consumergroup_lag{namespace="${namespace}",consumergroup="monitoring-service"})`,
        legend: "not yet read",
      },
    ],
  };
}

function pipeline(namespace: string): Panel[] {
  const here = `namespace="${namespace}"`;
  return [
    {
      title: "Events that wait, by consumer group",
      unit: "none",
      queries: [
        {
          expr: `sum by (consumergroup) (kafka_consumergroup_lag{${here}})`,
          legend: "{{consumergroup}}",
        },
      ],
    },
    {
      title: "Events per second, by topic",
      unit: "cps",
      queries: [
        {
          expr: `sum by (topic) (rate(kafka_topic_partition_current_offset{${here}}[5m]))`,
          legend: "{{topic}}",
        },
      ],
    },
    {
      title: "Tasks of Airflow",
      unit: "none",
      queries: [
        { expr: `sum(airflow_executor_queued_tasks{${here}})`, legend: "queued" },
        { expr: `sum(airflow_executor_running_tasks{${here}})`, legend: "running" },
      ],
    },
    {
      title: "Spark pods that run",
      unit: "none",
      queries: [
        {
          expr: `sum by (pod) (kube_pod_status_phase{${here},pod=~"spark-.*",phase="Running"})`,
          legend: "{{pod}}",
        },
      ],
    },
    {
      title: "Requests for features per second",
      unit: "reqps",
      queries: [{ expr: `sum(rate(${requests(namespace, "feature-engineering")}[5m]))`, legend: "features" }],
    },
    {
      title: "Hours since the last training that succeeded",
      unit: "h",
      queries: [
        {
          expr: `(time() - kube_cronjob_status_last_successful_time{${here},cronjob="training"}) / 3600`,
          legend: "training",
        },
      ],
    },
  ];
}

function platform(namespace: string): Panel[] {
  const here = `namespace="${namespace}"`;
  const share = (resource: string) =>
    `kube_resourcequota{${here},resource="${resource}",type="used"} / ignoring(type) ` +
    `kube_resourcequota{${here},resource="${resource}",type="hard"}`;
  return [
    {
      title: "Quota in use",
      unit: "percentunit",
      queries: [
        "requests.cpu",
        "limits.cpu",
        "requests.memory",
        "limits.memory",
        "requests.storage",
        "pods",
      ].map((resource) => ({ expr: share(resource), legend: resource })),
    },
    {
      title: "Pods that wait or fail",
      unit: "none",
      queries: [
        {
          expr: `sum by (phase) (kube_pod_status_phase{${here},phase=~"Pending|Failed"})`,
          legend: "{{phase}}",
        },
      ],
    },
    {
      title: "Restarts in an hour, by pod",
      unit: "none",
      queries: [
        {
          expr: `sum by (pod) (increase(kube_pod_container_status_restarts_total{${here}}[1h])) > 0`,
          legend: "{{pod}}",
        },
      ],
    },
    {
      title: "Volumes, filled",
      unit: "percentunit",
      queries: [
        {
          expr:
            `kubelet_volume_stats_used_bytes{${here}} / ` + `kubelet_volume_stats_capacity_bytes{${here}}`,
          legend: "{{persistentvolumeclaim}}",
        },
      ],
    },
    {
      title: "Connections to PostgreSQL, by database",
      unit: "none",
      queries: [{ expr: `sum by (datname) (cnpg_backends_total{${here}})`, legend: "{{datname}}" }],
    },
    {
      title: "Memory of the cache",
      unit: "bytes",
      queries: [{ expr: `redis_memory_used_bytes{${here}}`, legend: "{{pod}}" }],
    },
  ];
}
