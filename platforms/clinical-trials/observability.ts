/** Level 6 (seed 000, "Observability"): the monitoring service, dashboards, alerts, and the hosts of the tools. */
import { foundationCharts } from "../../config/catalog/charts.ts";
import type { ApplicationSpec, RouteSpec, WorkloadSpec } from "../model/index.ts";
import { alerts } from "./alerts.ts";
import { kafkaClient, objectStoreClient } from "./clients.ts";
import { dashboards } from "./dashboards.ts";
import { objectives } from "./objectives.ts";
import { topics } from "./infrastructure.ts";
import { http, service } from "./service.ts";
import { environmentConfig, hostOf, namespaceOf, type ClinicalStack } from "./stack.ts";

const name = "observability";

export function observability(stack: ClinicalStack): ApplicationSpec {
  return {
    name,
    namespace: namespaceOf(stack),
    dependsOn: ["ml-pipeline", "orchestration"],
    configs: [environmentConfig(stack, name)],
    secrets: [],
    claims: [],
    workloads: [monitoringService(stack)],
    routes: [grafanaHost(stack), prometheusHost(stack)],
    dashboards: dashboards(namespaceOf(stack)),
    alerts: alerts(namespaceOf(stack)),
    objectives: objectives(stack),
  };
}

/** Watches predictions for drift. */
function monitoringService(stack: ClinicalStack): WorkloadSpec {
  const { env, mounts } = kafkaClient(stack, "monitoring-service");
  return service(stack, {
    name: "monitoring-service",
    component: "drift-monitor",
    application: name,
    env: {
      ...env,
      ...objectStoreClient(stack, "monitoring-service"),
      KAFKA_TOPIC: topics.predictions,
      KAFKA_GROUP: "monitoring-service",
      SERVING_URL: `http://model-serving:${http.port}`,
      FEATURES_URL: `http://feature-engineering:${http.port}`,
    },
    mounts,
    callers: [],
    priorityClass: "medium-priority",
    scrapeSeconds: 30,
  });
}

const { namespace: monitoring, pods } = foundationCharts["kube-prometheus-stack"];

/** `grafana.clinical-mlops.<domain>`: the cluster's Grafana, which has a login of its own. */
function grafanaHost(stack: ClinicalStack): RouteSpec {
  const [grafana] = pods.grafana.services;
  const [{ port }] = grafana.ports;
  return {
    name: "grafana",
    host: hostOf(stack, "grafana"),
    rules: [{ prefix: "/", service: grafana.name, namespace: monitoring, port, timeoutSeconds: 60 }],
  };
}

/** `prometheus.clinical-mlops.<domain>`: the cluster's Prometheus; from inside only, and with a login. */
function prometheusHost(stack: ClinicalStack): RouteSpec {
  const [prometheus] = pods.prometheus.services;
  const [{ port }] = prometheus.ports;
  return {
    name: "prometheus",
    host: hostOf(stack, "prometheus"),
    rules: [{ prefix: "/", service: prometheus.name, namespace: monitoring, port, timeoutSeconds: 60 }],
    access: { login: true, allowCidrs: stack.clinical.internalCidrs },
  };
}
