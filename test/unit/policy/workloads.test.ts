/** The objects that make pods, of every kind. */
import assert from "node:assert/strict";
import type { KubernetesObject } from "../../../policy/index.ts";
import { nameOf, selects } from "../../../policy/object.ts";
import { containersOf, workloadsIn } from "../../../policy/workloads.ts";

const template = {
  metadata: { labels: { app: "one" } },
  spec: { containers: [{ name: "one", image: "one:1.0" }] },
};

const object = (kind: string, spec: unknown): KubernetesObject => ({
  apiVersion: "example/v1",
  kind,
  metadata: { name: "one", namespace: "lab" },
  spec,
});

describe("workloadsIn", () => {
  for (const kind of ["Deployment", "StatefulSet", "DaemonSet", "Rollout"]) {
    it(`finds the pods of a ${kind}, which serve until they are told to stop`, () => {
      const [workload, ...more] = workloadsIn([object(kind, { replicas: 3, template })]);
      assert.deepEqual(more, []);
      assert.equal(workload?.server, true);
      assert.equal(workload.replicas, 3);
      assert.deepEqual(workload.labels, { app: "one" });
      assert.deepEqual(workload.pod, template.spec);
    });
  }

  it("finds the pods of a Job, which end by themselves", () => {
    const [workload] = workloadsIn([object("Job", { template })]);
    assert.equal(workload?.server, false);
    assert.equal(workload.replicas, undefined);
    assert.deepEqual(workload.pod, template.spec);
  });

  it("finds the pods of a CronJob, below its jobs", () => {
    const [workload] = workloadsIn([object("CronJob", { jobTemplate: { spec: { template } } })]);
    assert.equal(workload?.server, false);
    assert.deepEqual(workload.pod, template.spec);
  });

  it("finds none in anything else", () => {
    const others = ["ConfigMap", "Service", "Namespace", "PodDisruptionBudget"].map((kind) =>
      object(kind, {}),
    );
    assert.deepEqual(workloadsIn(others), []);
  });

  it("takes pods without labels", () => {
    assert.deepEqual(workloadsIn([object("Job", { template: { spec: template.spec } })])[0]?.labels, {});
  });

  const surges: [string, unknown, Record<number, number>][] = [
    // A quarter, rounded up, as Kubernetes has it by default.
    ["Deployment", undefined, { 1: 1, 3: 1, 4: 1, 5: 2, 8: 2 }],
    ["Deployment", { type: "RollingUpdate" }, { 4: 1, 5: 2 }],
    ["Deployment", { rollingUpdate: { maxSurge: "50%" } }, { 1: 1, 3: 2, 4: 2 }],
    ["Deployment", { rollingUpdate: { maxSurge: 3 } }, { 1: 3, 10: 3 }],
    ["Deployment", { rollingUpdate: { maxSurge: 0 } }, { 4: 0 }],
    ["Deployment", { type: "Recreate" }, { 4: 0 }],
    ["Rollout", undefined, { 4: 1, 5: 2 }],
    ["Rollout", { canary: { steps: [{ setWeight: 20 }, { setWeight: 80 }, { setWeight: 100 }] } }, { 5: 4 }],
    ["Rollout", { canary: { steps: [{ setWeight: 10 }, { analysis: {} }, { setWeight: 100 }] } }, { 5: 5 }],
    ["Rollout", { canary: {} }, { 4: 4 }],
    ["Rollout", { blueGreen: {} }, { 4: 4 }],
    // These replace a pod in its place, or are not rolled out.
    ["StatefulSet", undefined, { 4: 0 }],
    ["DaemonSet", undefined, { 4: 0 }],
    ["Job", undefined, { 4: 0 }],
  ];
  for (const [kind, strategy, expected] of surges) {
    it(`counts what a ${kind} adds in a rollout with ${strategy === undefined ? "no" : JSON.stringify(strategy)} strategy`, () => {
      const [workload] = workloadsIn([object(kind, { ...(strategy ? { strategy } : {}), template })]);
      for (const [replicas, surge] of Object.entries(expected)) {
        assert.equal(workload?.surge(Number(replicas)), surge, `${replicas} replicas`);
      }
    });
  }
});

describe("containersOf", () => {
  it("has those that run before the others, and first", () => {
    const container = (name: string) => ({ name, image: `${name}:1.0` });
    const pod = { containers: [container("main")], initContainers: [container("first")] };
    assert.deepEqual(
      containersOf(pod).map(({ name }) => name),
      ["first", "main"],
    );
    assert.deepEqual(
      containersOf({ containers: [container("main")] }).map(({ name }) => name),
      ["main"],
    );
  });
});

describe("objects", () => {
  it("are named by kind, namespace and name", () => {
    assert.equal(nameOf(object("Deployment", {})), "Deployment lab/one");
    assert.equal(nameOf({ apiVersion: "v1", kind: "Namespace", metadata: { name: "lab" } }), "Namespace lab");
  });

  it("are selected by all labels of a selector, and by an empty one always", () => {
    const labels = { app: "one", tier: "front" };
    assert.equal(selects({ app: "one" }, labels), true);
    assert.equal(selects({ app: "one", tier: "front" }, labels), true);
    assert.equal(selects({ app: "one", tier: "back" }, labels), false);
    assert.equal(selects({ app: "one" }, undefined), false);
    assert.equal(selects({}, labels), true);
    assert.equal(selects(undefined, labels), true);
  });
});
