/** Level 5 (seed 000, "Orchestration"): Airflow. */
import { images } from "../../config/index.ts";
import { airflowConnection, type AirflowSpec, type ApplicationSpec, type RouteSpec } from "../model/index.ts";
import { objectStoreClient } from "./clients.ts";
import { cache, postgresql } from "./infrastructure.ts";
import { http } from "./service.ts";
import { hostOf, imageOf, namespaceOf, sizesOf, type ClinicalStack } from "./stack.ts";

export function orchestration(stack: ClinicalStack): ApplicationSpec {
  return {
    name: "orchestration",
    namespace: namespaceOf(stack),
    dependsOn: ["infrastructure", "ml-pipeline"],
    configs: [],
    secrets: [],
    claims: [],
    data: [airflow(stack)],
    workloads: [],
    routes: [airflowHost(stack)],
  };
}

/** Version 3: the API server is what the seed calls the webserver. */
function airflow(stack: ClinicalStack): AirflowSpec {
  const { airflow: size } = sizesOf(stack);
  return {
    kind: "airflow",
    name: "airflow",
    purpose: "Workflows: ingestion checks, features, training, promotion",
    size,
    image: imageOf(stack, "airflow", images.airflow),
    database: { service: postgresql(stack).name, database: "airflow" },
    broker: cache(stack).name,
    // "Worker pools: minAvailable: 2".
    ...(size.worker.replicas > 2 ? { workerDisruption: { minAvailable: 2 } } : {}),
    env: {
      ...objectStoreClient(stack, "airflow"),
      MLFLOW_TRACKING_URI: "http://mlflow:5000",
      FEATURES_URL: `http://feature-engineering:${http.port}`,
    },
    callers: [
      { kind: "gateway", port: "http" },
      { kind: "monitoring", port: "metrics" },
    ],
    priorityClass: "medium-priority",
    rotation: 1,
  };
}

/** `airflow.clinical-mlops.<domain>`: with a login before Airflow's own. */
function airflowHost(stack: ClinicalStack): RouteSpec {
  const { port, service } = airflowConnection(airflow(stack));
  return {
    name: "airflow",
    host: hostOf(stack, "airflow"),
    rules: [{ prefix: "/", service, port, timeoutSeconds: 60 }],
    access: { login: true },
  };
}
