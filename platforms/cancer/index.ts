/**
 * Cancer MLOps (seed 001): a prediction API, the MLflow that holds its models, and a Prometheus and Grafana of its
 * own, in one namespace. A small, self-contained deployment; its files are the seed's sections.
 */
import type { CancerSettings, Settings } from "../../config/index.ts";
import { backupsOf } from "../backup-schedules.ts";
import type { NamespaceSpec, Platform } from "../model/index.ts";
import { api, appConfig } from "./api.ts";
import { grafana, grafanaAdmin, grafanaConfigs } from "./grafana.ts";
import { mlflow, quietMlflow } from "./mlflow.ts";
import { prometheus } from "./prometheus.ts";
import { prometheusConfig } from "./scraping.ts";
import { routes, type CancerStack } from "./topology.ts";
import { claims } from "./volumes.ts";

export function cancer(settings: Settings, cancerSettings: CancerSettings): Platform {
  const stack: CancerStack = { settings, cancer: cancerSettings };
  return {
    name: "cancer",
    description: "Cancer MLOps: prediction API with MLflow, Prometheus and Grafana",
    namespaces: [namespace(stack)],
    applications: [
      {
        name: "cancer-mlops",
        namespace: cancerSettings.namespace,
        workloads: [api(stack), mlflow(stack), prometheus(stack), grafana(stack)],
        claims: claims(stack),
        configs: [appConfig(stack), prometheusConfig(stack), ...grafanaConfigs(stack)],
        secrets: [grafanaAdmin],
        routes: routes(stack),
        // Measured by the mesh, and judged by the cluster's Prometheus: the platform's own tells nobody.
        objectives: [
          {
            name: "api-availability",
            description:
              "Availability 99.9 %: three replicas behind health checks (seed 001, High Availability)",
            measured: { workload: "api", namespaces: [cancerSettings.namespace] },
            indicator: { kind: "errors" },
            target: 0.999,
          },
        ],
      },
    ],
    backups: backupsOf(
      settings,
      [cancerSettings.namespace],
      [{ workload: "mlflow", namespace: cancerSettings.namespace, ...quietMlflow }],
    ),
  };
}

function namespace({ settings, cancer }: CancerStack): NamespaceSpec {
  return {
    name: cancer.namespace,
    labels: { "app.kubernetes.io/name": "cancer-mlops", environment: settings.environment },
    podSecurity: "restricted",
    injected: true,
    size: settings.sizes.cancer.namespace,
    access: [{ group: "quint:cancer-developers", role: settings.environment === "dev" ? "edit" : "view" }],
  };
}
