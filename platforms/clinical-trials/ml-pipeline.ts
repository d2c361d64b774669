/** Level 4 (seed 000, "ML Pipeline"): MLflow, training, model serving. */
import { architectures, images } from "../../config/index.ts";
import {
  postgresqlConnection,
  type ApplicationSpec,
  type JobSpec,
  type RouteSpec,
  type SecretSpec,
  type WorkloadSpec,
} from "../model/index.ts";
import { sampledJob } from "../sample.ts";
import { kafkaClient, objectStoreClient } from "./clients.ts";
import { postgresql, topics } from "./infrastructure.ts";
import { modelServingStrategy } from "./progressive.ts";
import { clusterIp, from, http, keepTwo, monitorOf, scrapers, server, service } from "./service.ts";
import {
  environmentConfig,
  environmentOf,
  hostOf,
  imageOf,
  isSampled,
  namespaceOf,
  sizesOf,
  type ClinicalStack,
} from "./stack.ts";

const name = "ml-pipeline";
const mlflowPort = { name: "http", port: 5000 } as const;
const trackingUri = `http://mlflow:${mlflowPort.port}`;
const featuresUrl = `http://feature-engineering:${http.port}`;

export function mlPipeline(stack: ClinicalStack): ApplicationSpec {
  return {
    name,
    namespace: namespaceOf(stack),
    dependsOn: ["infrastructure", "feature-engineering"],
    configs: [environmentConfig(stack, name)],
    secrets: [servingSecret],
    claims: [],
    workloads: [mlflow(stack), modelServing(stack)],
    jobs: [training(stack)],
    routes: [servingHost(stack), mlflowHost(stack)],
  };
}

/** Keys of those who ask for predictions. */
const servingSecret: SecretSpec = {
  name: "model-serving-api",
  purpose: "API key of model serving",
  rotation: 1,
  keys: { "api-key": { kind: "password", length: 40 } },
};

/** Experiment tracking and model registry, on PostgreSQL and the object store. */
function mlflow(stack: ClinicalStack): WorkloadSpec {
  const host = hostOf(stack, "mlflow");
  return {
    ...server(stack, "mlflow"),
    component: "experiment-tracking",
    container: {
      image: imageOf(stack, "mlflow", images.mlflowFull),
      command: ["mlflow", "server"],
      args: [
        "--host=0.0.0.0",
        `--port=${mlflowPort.port}`,
        // Each is a process that takes memory of its own.
        "--workers=2",
        "--artifacts-destination=s3://mlflow-artifacts",
        "--expose-prometheus=/tmp/metrics",
      ],
      env: {
        HOME: "/tmp",
        MLFLOW_BACKEND_STORE_URI: postgresqlConnection(postgresql(stack), "mlflow").uri,
        ...objectStoreClient(stack, "mlflow"),
        // MLflow answers 403 to other Host headers; Prometheus scrapes pods by their addresses.
        MLFLOW_SERVER_ALLOWED_HOSTS: [`mlflow:${mlflowPort.port}`, host, "localhost:*", "10.*"].join(","),
        MLFLOW_SERVER_CORS_ALLOWED_ORIGINS: `https://${host}`,
      },
      envFromConfigs: [environmentOf(name)],
      ports: [mlflowPort],
      probes: {
        startup: { path: "/health", port: "http", periodSeconds: 5, failureThreshold: 60 },
        liveness: { path: "/health", port: "http", periodSeconds: 30, timeoutSeconds: 5 },
        readiness: { path: "/health", port: "http", periodSeconds: 10, timeoutSeconds: 5 },
      },
      mounts: [{ kind: "scratch", name: "tmp", path: "/tmp", size: "512Mi" }],
    },
    services: [clusterIp("mlflow", mlflowPort.port)],
    callers: [
      ...from("model-serving", "training", "airflow"),
      { kind: "gateway", port: "http" },
      ...scrapers(30),
    ],
    ...monitorOf(30),
    priorityClass: "high-priority",
    runAs: images.mlflowFull.runAs,
    architectures: images.mlflowFull.architectures,
  };
}

/** Predictions, each told to those who watch for drift. */
function modelServing(stack: ClinicalStack): WorkloadSpec {
  const { env, mounts } = kafkaClient(stack, "model-serving");
  const workload = service(stack, {
    name: "model-serving",
    component: "model-server",
    application: name,
    env: {
      ...env,
      API_KEY: { secret: servingSecret.name, key: "api-key" },
      MLFLOW_TRACKING_URI: trackingUri,
      FEATURES_URL: featuresUrl,
      KAFKA_TOPIC: topics.predictions,
    },
    mounts,
    callers: [{ kind: "gateway", port: "http" }, ...from("monitoring-service")],
    priorityClass: "high-priority",
    // Seed 000, "ServiceMonitors": "15s interval - high frequency".
    scrapeSeconds: 15,
  });
  return {
    ...workload,
    ...keepTwo(workload),
    // "DestinationRules": the ML pipeline with circuit breakers.
    traffic: {
      loadBalancing: "least-request",
      maxConnections: 500,
      maxPendingRequests: 100,
      outliers: {
        consecutiveErrors: 5,
        intervalSeconds: 30,
        ejectionSeconds: 30,
        maxEjectionPercent: 50,
      },
    },
    progressive: modelServingStrategy(stack),
  };
}

/** Trains anew every Saturday night, on the machines for it. */
function training(stack: ClinicalStack): JobSpec {
  const container: JobSpec["container"] = {
    image: imageOf(stack, "training", images.podinfo),
    env: {
      ...objectStoreClient(stack, "training"),
      MLFLOW_TRACKING_URI: trackingUri,
      FEATURES_URL: featuresUrl,
    },
    envFromConfigs: [environmentOf(name)],
    mounts: [{ kind: "scratch", name: "tmp", path: "/tmp", size: "10Gi" }],
  };
  return {
    name: "training",
    component: "training",
    container: isSampled(stack, "training") ? sampledJob(container) : container,
    resources: sizesOf(stack).training,
    schedule: { cron: "0 22 * * 6", timeZone: stack.clinical.timeZone, concurrency: "Forbid" },
    retries: 2,
    deadlineSeconds: 6 * 3600,
    identity: { name: "training" },
    priorityClass: "low-priority",
    runAs: images.podinfo.runAs,
    architectures,
    nodeSelector: { "workload-type": "compute" },
  };
}

/** `ml.clinical-mlops.<domain>` (seed 000, "Ingress Resources": bodies of 10 MB, 300 s). */
function servingHost(stack: ClinicalStack): RouteSpec {
  return {
    name: "model-serving",
    host: hostOf(stack, "ml"),
    rules: [{ prefix: "/", service: "model-serving", port: http.port, timeoutSeconds: 300 }],
    access: { maxBody: "10M" },
  };
}

/** `mlflow.clinical-mlops.<domain>`: with a login. */
function mlflowHost(stack: ClinicalStack): RouteSpec {
  return {
    name: "mlflow",
    host: hostOf(stack, "mlflow"),
    rules: [{ prefix: "/", service: "mlflow", port: mlflowPort.port, timeoutSeconds: 60 }],
    access: { login: true },
  };
}
