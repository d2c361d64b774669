/** Dashboards of the gateway, of model serving and of the pipeline, beside the four that every platform has. */
import { dashboard } from "../dashboards/dashboard.ts";
import { line, type Row } from "../dashboards/panel.ts";
import { evidence, saturation, traffic } from "../dashboards/services.ts";
import type { Called, Topic } from "../dashboards/standard.ts";
import type { DashboardSpec } from "../model/index.ts";
import type { Measured } from "../service-level.ts";
import { requests } from "./metrics.ts";

/** The overview has had this address from the start; runbooks name it. */
export const dashboardsCalled: Partial<Record<Topic, Called>> = {
  overview: { uid: "clinical-trials-platform", title: "Clinical trials platform" },
};

export function dashboards(namespace: string): DashboardSpec[] {
  const board = (name: string, title: string, rows: readonly Row[]) =>
    dashboard({ uid: `clinical-trials-${name}`, title, about: "clinical-trials", rows });
  const server = (workload: string): Row[] => {
    const measured: Measured = { workload, namespaces: [namespace] };
    return [traffic(measured), saturation(measured), evidence(measured)];
  };
  return [
    board("gateway", "Clinical Data Gateway", server("clinical-gateway")),
    board("model-serving", "Model serving", [...server("model-serving"), predictions(namespace)]),
    board("pipeline", "Pipeline: events, features, workflows", pipeline(namespace)),
  ];
}

function predictions(namespace: string): Row {
  return {
    title: "Drift detection",
    panels: [
      line(
        "Predictions on their way to drift detection",
        "none",
        `sum(kafka_consumergroup_lag{namespace="${namespace}",consumergroup="monitoring-service"})`,
        "not yet read",
      ),
    ],
  };
}

function pipeline(namespace: string): Row[] {
  const here = `namespace="${namespace}"`;
  return [
    {
      title: "Events",
      panels: [
        line(
          "Events that wait, by consumer group",
          "none",
          `sum by (consumergroup) (kafka_consumergroup_lag{${here}})`,
          "{{consumergroup}}",
        ),
        line(
          "Events per second, by topic",
          "cps",
          `sum by (topic) (rate(kafka_topic_partition_current_offset{${here}}[5m]))`,
          "{{topic}}",
        ),
      ],
    },
    {
      title: "Features and training",
      panels: [
        line(
          "Requests for features per second",
          "reqps",
          `sum(rate(${requests(namespace, "feature-engineering")}[5m]))`,
          "features",
        ),
        line(
          "Hours since the last training that succeeded",
          "h",
          `(time() - kube_cronjob_status_last_successful_time{${here},cronjob="training"}) / 3600`,
          "training",
          { red: 8 * 24 },
        ),
      ],
    },
    {
      title: "Workflows and streams",
      panels: [
        {
          title: "Tasks of Airflow",
          unit: "none",
          queries: [
            { expr: `sum(airflow_executor_queued_tasks{${here}})`, legend: "queued" },
            { expr: `sum(airflow_executor_running_tasks{${here}})`, legend: "running" },
          ],
        },
        line(
          "Spark pods that run",
          "none",
          `sum by (pod) (kube_pod_status_phase{${here},pod=~"spark-.*",phase="Running"})`,
          "{{pod}}",
        ),
      ],
    },
  ];
}
