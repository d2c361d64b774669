/** Experiment tracking and model registry on SQLite and a volume (seed 001: "MLflow Service"). */
import { images } from "../../config/index.ts";
import type { WorkloadSpec } from "../model/index.ts";
import { imageOf, probes, server } from "./server.ts";
import {
  hostOf,
  isDirect,
  pathPrefix,
  ports,
  serviceOf,
  toolServices,
  users,
  type CancerStack,
} from "./topology.ts";

export function mlflow(stack: CancerStack): WorkloadSpec {
  const prefix = pathPrefix(stack, "mlflow");
  const host = hostOf(stack, "mlflow");
  return {
    ...server(stack, "mlflow", "experiment-tracking", images.mlflow),
    container: {
      image: imageOf(stack, "mlflow", images.mlflow),
      command: ["mlflow", "server"],
      args: [
        "--host=0.0.0.0",
        `--port=${ports.mlflow.port}`,
        "--backend-store-uri=sqlite:////mlflow/backend/mlflow.db",
        "--artifacts-destination=/mlflow/artifacts",
        // Each worker takes hundreds of MiB, the seed gives MLflow 1Gi, and by default there are four. One serves
        // requests in threads.
        "--workers=1",
        ...(prefix === "" ? [] : [`--static-prefix=${prefix}`]),
      ],
      env: {
        HOME: "/tmp",
        // Runners of evaluation jobs, processes that take as much again each: no model here is a language model.
        MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false",
        // MLflow answers 403 to any other Host header; a node port is reached by any address.
        MLFLOW_SERVER_ALLOWED_HOSTS: isDirect(stack)
          ? "*"
          : [`${serviceOf("mlflow")}:${ports.mlflow.port}`, host, "localhost:*"].join(","),
        // And to what its own pages post, where it does not find their origin here.
        MLFLOW_SERVER_CORS_ALLOWED_ORIGINS: isDirect(stack) ? "*" : `https://${host}`,
      },
      ports: [ports.mlflow],
      // Only a bare `/health` is free of the check of hosts (mlflow/mlflow#19691).
      probes: probes(`${prefix}/health`, 60, prefix === "" ? undefined : "localhost:5000"),
      mounts: [
        { kind: "claim", claim: "mlflow-artifacts-pvc", path: "/mlflow/artifacts", readOnly: false },
        { kind: "claim", claim: "mlflow-backend-pvc", path: "/mlflow/backend", readOnly: false },
        { kind: "scratch", name: "tmp", path: "/tmp", size: "512Mi" },
      ],
    },
    strategy: "recreate",
    services: toolServices(stack, "mlflow"),
    callers: [{ kind: "workload", workload: "api", port: "http" }, users(stack)],
    priorityClass: "medium-priority",
  };
}

/** A file copied while SQLite writes it may be torn: its own copy beside it never is. Gone again once it was copied. */
export const quietMlflow = {
  before: [
    "python",
    "-c",
    "import sqlite3; sqlite3.connect('/mlflow/backend/mlflow.db').backup(sqlite3.connect('/mlflow/backend/backup.db'))",
  ],
  after: ["rm", "-f", "/mlflow/backend/backup.db"],
} as const;
