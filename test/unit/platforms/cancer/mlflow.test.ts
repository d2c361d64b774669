/** MLflow (seed 001, "MLflow Service"). */
import assert from "node:assert/strict";
import type { Platform } from "../../../../platforms/model/index.ts";
import { direct, page, paths, workload } from "./page.ts";

describe("MLflow of cancer", () => {
  it("keeps its backend in SQLite and its artifacts apart, each on a volume (seed 001, MLflow Service)", () => {
    const { container } = workload(page(), "mlflow");
    assert.ok(container.args);
    assert.ok(container.args.includes("--backend-store-uri=sqlite:////mlflow/backend/mlflow.db"));
    assert.ok(container.args.includes("--artifacts-destination=/mlflow/artifacts"));
    assert.deepEqual(
      container.mounts?.filter(({ kind }) => kind === "claim"),
      [
        { kind: "claim", claim: "mlflow-artifacts-pvc", path: "/mlflow/artifacts", readOnly: false },
        { kind: "claim", claim: "mlflow-backend-pvc", path: "/mlflow/backend", readOnly: false },
      ],
    );
  });

  it("answers to the names it is called by, and behind the gateway to no others", () => {
    const allowed = (platform: Platform) =>
      workload(platform, "mlflow").container.env?.MLFLOW_SERVER_ALLOWED_HOSTS;
    assert.equal(allowed(page()), "mlflow-service:5000,mlflow.cancer-mlops.example.com,localhost:*");
    assert.equal(allowed(page(direct)), "*");
  });

  it("takes what its own pages post: it blocks every origin that it does not know", () => {
    const origins = (platform: Platform) =>
      workload(platform, "mlflow").container.env?.MLFLOW_SERVER_CORS_ALLOWED_ORIGINS;
    assert.equal(origins(page()), "https://mlflow.cancer-mlops.example.com");
    assert.equal(origins(page(paths)), "https://cancer-mlops.example.com");
    assert.equal(origins(page(direct)), "*");
  });

  it("is probed under a name that it answers to, where its health is below a prefix", () => {
    const hosts = (platform: Platform) => {
      const { startup, liveness, readiness } = workload(platform, "mlflow").container.probes;
      return [startup?.host, liveness.host, readiness.host];
    };
    assert.deepEqual(hosts(page(paths)), ["localhost:5000", "localhost:5000", "localhost:5000"]);
    assert.deepEqual(hosts(page()), [undefined, undefined, undefined]);
  });

  const container = (name: string) => workload(page(), name).container;

  it("starts MLflow on every address of its pod, with a home that it may write to", () => {
    assert.deepEqual(container("mlflow").command, ["mlflow", "server"]);
    assert.deepEqual(container("mlflow").args, [
      "--host=0.0.0.0",
      "--port=5000",
      "--backend-store-uri=sqlite:////mlflow/backend/mlflow.db",
      "--artifacts-destination=/mlflow/artifacts",
      // Its default of four, and its runners of evaluation jobs, do not fit the seed's 1Gi.
      "--workers=1",
    ]);
    assert.equal(container("mlflow").env?.MLFLOW_SERVER_ENABLE_JOB_EXECUTION, "false");
    assert.equal(container("mlflow").env?.HOME, "/tmp");
  });
});
