/** Prediction API, and what it is told (seed 001: "API Service", "Environment Variables"). */
import { architectures, images } from "../../config/index.ts";
import type { ConfigSpec, Container, WorkloadSpec } from "../model/index.ts";
import { sampled } from "../sample.ts";
import { imageOf, isSampled, server } from "./server.ts";
import { apiServices, ports, serviceOf, users, type CancerStack } from "./topology.ts";

export function api(stack: CancerStack): WorkloadSpec {
  const container: Container = {
    image: imageOf(stack, "api", images.podinfo),
    envFromConfigs: ["app-config"],
    ports: [ports.api],
    probes: {
      startup: { path: "/health", port: "http", periodSeconds: 5, failureThreshold: 30 },
      liveness: { path: "/health", port: "http", periodSeconds: 30, timeoutSeconds: 5 },
      readiness: { path: "/health", port: "http", periodSeconds: 10, timeoutSeconds: 5 },
    },
    mounts: [
      { kind: "claim", claim: "models-pvc", path: "/app/models", readOnly: true },
      { kind: "claim", claim: "data-pvc", path: "/app/data", readOnly: true },
      { kind: "claim", claim: "logs-pvc", path: "/app/logs", readOnly: false },
      { kind: "scratch", name: "tmp", path: "/tmp", size: "256Mi" },
    ],
  };
  return {
    ...server(stack, "api", "api", images.podinfo),
    container: isSampled(stack, "api") ? sampled(container, ports.api) : container,
    strategy: "rolling",
    services: apiServices(stack),
    callers: [{ kind: "workload", workload: "prometheus", port: "http" }, users(stack)],
    priorityClass: "high-priority",
    runAs: { user: 1000, group: 1000 },
    architectures,
  };
}

/** The API's environment. */
export function appConfig({ settings, cancer }: CancerStack): ConfigSpec {
  return {
    name: "app-config",
    data: {
      API_HOST: "0.0.0.0",
      API_PORT: String(ports.api.port),
      MODEL_NAME: cancer.model.name,
      MODEL_VERSION: cancer.model.version,
      MODEL_PATH: "/app/models",
      DATA_PATH: "/app/data",
      LOG_PATH: "/app/logs",
      LOG_LEVEL: { dev: "DEBUG", staging: "INFO", production: "WARNING" }[settings.environment],
      MLFLOW_TRACKING_URI: `http://${serviceOf("mlflow")}:${ports.mlflow.port}`,
      ENABLE_METRICS: "true",
      ENABLE_REQUEST_LOGGING: "true",
    },
  };
}
