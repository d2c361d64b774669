import assert from "node:assert/strict";
import { parseAllDocuments } from "yaml";
import { kwokConfiguration, stages } from "../../../simulation/stages/configuration.ts";

describe("KWOK's Stages", () => {
  it("have names of their own", () => {
    const names = stages.map(({ metadata }) => metadata.name);
    assert.equal(new Set(names).size, names.length);
  });

  it("play a kubelet, a provisioner and a load balancer, and nothing else", () => {
    const kinds = new Set(stages.map(({ spec }) => spec.resourceRef.kind));
    assert.deepEqual([...kinds].sort(), [
      "Node",
      "PersistentVolume",
      "PersistentVolumeClaim",
      "Pod",
      "Service",
    ]);
  });

  it("always say when they act, and use no CEL, on which KWOK 0.8 dies", () => {
    for (const { metadata, spec } of stages) {
      assert.ok(spec.selector.matchExpressions.length > 0, metadata.name);
      for (const expression of spec.selector.matchExpressions) {
        assert.deepEqual(
          { ...expression, key: "" },
          { key: "", operator: "In", values: ["true"] },
          metadata.name,
        );
      }
    }
  });

  it("have templates whose blocks are closed", () => {
    for (const { metadata, spec } of stages) {
      for (const step of spec.steps) {
        if ("delete" in step) continue;
        const { template } = "patch" in step ? step.patch : step.apply;
        const opened = template.match(/\{\{\s*(range|if|with)\b/g)?.length ?? 0;
        const closed = template.match(/\{\{\s*end\s*\}\}/g)?.length ?? 0;
        assert.equal(opened, closed, metadata.name);
      }
    }
  });

  it("leave deleted objects alone, but for letting pods go", () => {
    const deleting = stages.filter(
      ({ spec }) =>
        !spec.selector.matchExpressions.some(({ key }) => key === ".metadata.deletionTimestamp == null"),
    );
    assert.deepEqual(
      deleting.map(({ metadata }) => metadata.name),
      ["node-becomes-ready", "node-heartbeat", "pod-goes"],
    );
  });

  it("are written as YAML documents behind the options, which keep real nodes out", () => {
    const documents = parseAllDocuments(kwokConfiguration()).map(
      (document) => document.toJS() as Record<string, unknown>,
    );
    assert.equal(documents.length, 1 + stages.length);
    assert.deepEqual(
      documents.slice(1).map(({ metadata }) => metadata),
      stages.map(({ metadata }) => metadata),
    );
    const { options } = documents[0] as { options: Record<string, unknown> };
    assert.equal(options.manageNodesWithAnnotationSelector, "kwok.x-k8s.io/node=fake");
    assert.equal(options.manageAllNodes, false);
  });
});
