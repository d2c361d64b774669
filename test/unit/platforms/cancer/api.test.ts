/** The prediction API (seed 001, "API Service", "Environment Variables"). */
import assert from "node:assert/strict";
import { settingsOf } from "../../../support/stacks.ts";
import { config, direct, outside, page, workload } from "./page.ts";

describe("the API of cancer", () => {
  it("is probed on /health, for life and for traffic (seed 001, API Service: Health Checks)", () => {
    const { liveness, readiness, startup } = workload(page(), "api").container.probes;
    assert.deepEqual([liveness.path, readiness.path, startup?.path], ["/health", "/health", "/health"]);
    assert.deepEqual([liveness.port, readiness.port, startup?.port], ["http", "http", "http"]);
  });

  it("mounts models and data to read, logs to write (seed 001, API Service: Volumes)", () => {
    const mounts = workload(page(), "api").container.mounts?.filter(({ kind }) => kind === "claim");
    assert.deepEqual(mounts, [
      { kind: "claim", claim: "models-pvc", path: "/app/models", readOnly: true },
      { kind: "claim", claim: "data-pvc", path: "/app/data", readOnly: true },
      { kind: "claim", claim: "logs-pvc", path: "/app/logs", readOnly: false },
    ]);
  });

  it("opens a LoadBalancer on port 80 where it is reached directly (seed 001, API Service: Services)", () => {
    assert.deepEqual(outside(workload(page(direct), "api")), [
      { name: "api-loadbalancer", port: 80, targetPort: "http", exposure: { type: "LoadBalancer" } },
    ]);
  });

  it("scales between the seed's three replicas and twice as many (seed 001, API Service: Auto-scaling ready)", () => {
    const { autoscaling } = workload(page(), "api").size;
    assert.equal(autoscaling?.min, 3);
    assert.equal(autoscaling.max, 6);
    assert.equal(autoscaling.cpuPercent, 70);
    assert.equal(autoscaling.memoryPercent, 80);
  });

  it("tells the API its host and port, the model, MLflow, log level and features (seed 001, Environment Variables)", () => {
    assert.deepEqual(config(page(), "app-config"), {
      API_HOST: "0.0.0.0",
      API_PORT: "8000",
      MODEL_NAME: "cancer-classifier",
      MODEL_VERSION: "1",
      MODEL_PATH: "/app/models",
      DATA_PATH: "/app/data",
      LOG_PATH: "/app/logs",
      LOG_LEVEL: "WARNING",
      MLFLOW_TRACKING_URI: "http://mlflow-service:5000",
      ENABLE_METRICS: "true",
      ENABLE_REQUEST_LOGGING: "true",
    });
    assert.deepEqual(workload(page(), "api").container.envFromConfigs, ["app-config"]);
  });

  it("serves the model that the settings name, and logs as much as the environment wants", () => {
    const { MODEL_NAME, MODEL_VERSION } = config(
      page({ model: { name: "tumour", version: "champion" } }),
      "app-config",
    );
    assert.deepEqual([MODEL_NAME, MODEL_VERSION], ["tumour", "champion"]);
    const levels = ["dev", "staging", "production"].map(
      (stack) => config(page({}, settingsOf(stack)), "app-config").LOG_LEVEL,
    );
    assert.deepEqual(levels, ["DEBUG", "INFO", "WARNING"]);
  });
});
