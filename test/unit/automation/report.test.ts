/** The status of a stack, for machines and for people. */
import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { statusReport, type StatusReport } from "../../../automation/cluster/report.ts";
import { statusTables, workloadTable } from "../../../automation/cluster/tables.ts";

const text = (lines: readonly string[]): string => stripVTControlCharacters(lines.join("\n"));

const report: StatusReport = {
  version: 1,
  stack: "dev",
  environment: "dev",
  cluster: { type: "simulated", simulated: true, enforcesNetworkPolicy: false },
  ready: false,
  missing: [{ platform: "cancer", name: "grafana", namespace: "cancer-mlops" }],
  workloads: [
    {
      platform: "cancer",
      name: "api",
      kind: "Deployment",
      object: "api",
      namespace: "cancer-mlops",
      ready: 2,
      desired: 2,
      runs: false,
      footprint: false,
      images: ["example.com/api:1"],
      addresses: ["198.18.0.1:80", "api:8000", "never shown"],
    },
    {
      platform: "cancer",
      name: "mlflow",
      kind: "Deployment",
      object: "mlflow",
      namespace: "cancer-mlops",
      ready: 0,
      desired: 1,
      runs: false,
      footprint: false,
      images: ["example.com/mlflow:1"],
      addresses: [],
    },
  ],
  volumes: [
    {
      platform: "cancer",
      namespace: "cancer-mlops",
      name: "models",
      purpose: "Models",
      size: "5Gi",
      accessModes: ["ReadWriteMany"],
      storageClass: "shared",
      bound: false,
    },
  ],
  routes: [],
  warnings: [
    {
      namespace: "cancer-mlops",
      object: "Pod a",
      reason: "FailedScheduling",
      message: "x".repeat(300),
      count: 2,
      last: "2026-01-01T10:00:00.000Z",
    },
  ],
  quotas: [{ namespace: "cancer-mlops", resource: "pods", used: "0", limit: "10", percent: 0 }],
};

describe("the status report", () => {
  it("has one stable shape: a field more, less, or of another type is none", () => {
    assert.deepEqual(statusReport.parse(JSON.parse(JSON.stringify(report))), report);
    assert.throws(() => statusReport.parse({ ...report, extra: 1 }));
    assert.throws(() => statusReport.parse({ ...report, version: 2 }));
    assert.throws(() =>
      statusReport.parse({ ...report, workloads: [{ ...report.workloads[0], ready: "2" }] }),
    );
    assert.throws(() => statusReport.parse({ ...report, quotas: undefined }));
  });

  it("is a plain table for people", () => {
    assert.equal(
      text(workloadTable(report)),
      `  workload        namespace     ready  state      image                 address
  cancer/grafana  cancer-mlops      -  missing
  cancer/api      cancer-mlops    2/2  simulated  example.com/api:1     198.18.0.1:80, api:8000
  cancer/mlflow   cancer-mlops    0/1  not ready  example.com/mlflow:1`,
    );
  });

  it("has one line for the footprints of a platform that are there, and one for each that is not", () => {
    const footprint = (name: string, ready: number) => ({
      ...report.workloads[0]!,
      platform: "foundation",
      name,
      namespace: name,
      ready,
      footprint: true,
    });
    assert.equal(
      text(
        workloadTable({
          workloads: [footprint("velero", 2), footprint("loki", 2), footprint("tempo", 1)],
          missing: [],
        }),
      ),
      `  workload          namespace     ready  state      image                                   address
  foundation/tempo  tempo           1/2  not ready  example.com/api:1                       198.18.0.1:80, api:8000
  foundation/*      2 namespaces    4/4  footprint  2 workloads of charts, as placeholders`,
    );
  });

  it("never calls a simulated workload running", () => {
    assert.doesNotMatch(text(statusTables(report)), /running/);
    const real = report.workloads.map((workload) => ({ ...workload, runs: true }));
    assert.match(text(workloadTable({ workloads: real, missing: [] })), /2\/2 {2}running/);
  });

  it("shows what is missing: volumes that are not bound, nothing where there is nothing, messages that fit", () => {
    const shown = text(statusTables(report));
    assert.match(shown, /cancer-mlops\/models {3}5Gi {2}RWX +shared {2}not bound {2}Models/);
    assert.match(shown, /Routes\n {2}\(none\)/);
    assert.match(shown, /Quotas\n {2}\(none\)/);
    assert.match(shown, /x…$/m);
    assert.doesNotMatch(shown, /x{120}/);
  });
});
