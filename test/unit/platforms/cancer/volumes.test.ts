/** The volumes (seed 001, "Persistent Storage (7 PVCs)"). */
import assert from "node:assert/strict";
import { application, page } from "./page.ts";

describe("the volumes of cancer", () => {
  it("has seven volumes (seed 001, Persistent Storage)", () => {
    const claims = application(page()).claims.map(({ name, size, accessMode, purpose }) => [
      name,
      size,
      accessMode,
      purpose,
    ]);
    assert.deepEqual(claims, [
      ["models-pvc", "5Gi", "ReadWriteMany", "Trained ML models"],
      ["data-pvc", "10Gi", "ReadWriteMany", "Training/test data"],
      ["logs-pvc", "5Gi", "ReadWriteMany", "Application logs"],
      ["mlflow-artifacts-pvc", "20Gi", "ReadWriteOnce", "MLflow artifacts"],
      ["mlflow-backend-pvc", "5Gi", "ReadWriteOnce", "MLflow SQLite DB"],
      ["prometheus-data-pvc", "10Gi", "ReadWriteOnce", "Prometheus TSDB"],
      ["grafana-data-pvc", "2Gi", "ReadWriteOnce", "Grafana dashboards"],
    ]);
  });

  it("has 57Gi of volumes in all (seed 001, Total Storage)", () => {
    const total = application(page()).claims.reduce((sum, { size }) => {
      assert.match(size, /^\d+Gi$/);
      return sum + Number.parseInt(size, 10);
    }, 0);
    assert.equal(total, 57);
  });

  it("uses every volume, and keeps no data elsewhere (seed 001, Persistence: All data on PVCs)", () => {
    const mounted = application(page()).workloads.flatMap(({ container }) =>
      (container.mounts ?? []).flatMap((mount) => (mount.kind === "claim" ? [mount.claim] : [])),
    );
    assert.deepEqual(
      mounted.sort(),
      application(page())
        .claims.map(({ name }) => name)
        .sort(),
    );
  });
});
