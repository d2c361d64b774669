/** The seven volumes (seed 001: "Persistent Storage (7 PVCs)"). */
import type { ClaimSpec } from "../model/index.ts";
import type { CancerStack } from "./topology.ts";

export function claims({ settings }: CancerStack): ClaimSpec[] {
  const size = settings.sizes.cancer.claims;
  const shared = "ReadWriteMany";
  const single = "ReadWriteOnce";
  return [
    { name: "models-pvc", size: size.models, accessMode: shared, purpose: "Trained ML models" },
    { name: "data-pvc", size: size.data, accessMode: shared, purpose: "Training/test data" },
    { name: "logs-pvc", size: size.logs, accessMode: shared, purpose: "Application logs" },
    {
      name: "mlflow-artifacts-pvc",
      size: size.mlflowArtifacts,
      accessMode: single,
      purpose: "MLflow artifacts",
    },
    { name: "mlflow-backend-pvc", size: size.mlflowBackend, accessMode: single, purpose: "MLflow SQLite DB" },
    {
      name: "prometheus-data-pvc",
      size: size.prometheusData,
      accessMode: single,
      purpose: "Prometheus TSDB",
    },
    { name: "grafana-data-pvc", size: size.grafanaData, accessMode: single, purpose: "Grafana dashboards" },
  ];
}
