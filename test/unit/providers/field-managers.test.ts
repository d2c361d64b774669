import assert from "node:assert/strict";
import {
  fieldManagerOf,
  mayForce,
  takeOver,
} from "../../../simulation/providers/kubernetes/field-managers.ts";
import { withoutIgnored } from "../../../simulation/providers/kubernetes/ignore-changes.ts";
import type { TreeMap } from "../../../simulation/providers/plugin/values.ts";

const entry = (manager: string, operation: string, fieldsV1: TreeMap, rest: TreeMap = {}): TreeMap => ({
  manager,
  operation,
  fieldsV1,
  ...rest,
});
const live = (...managedFields: TreeMap[]): TreeMap => ({ metadata: { managedFields } });

describe("field managers", () => {
  it("have the name of the annotation, else of the state, else a new one", () => {
    const annotated = { metadata: { annotations: { "pulumi.com/patchFieldManager": "mine" } } };
    assert.equal(fieldManagerOf({ __fieldManager: "old" }, annotated), "mine");
    assert.equal(fieldManagerOf({ __fieldManager: "old" }, {}), "old");
    assert.match(fieldManagerOf({}, {}), /^pulumi-kubernetes-[0-9a-f]{7}$/);
  });

  it("take over what was created by POST or changed by kubectl, and nothing else", () => {
    const object = live(
      entry("pulumi-kubernetes", "Update", { "f:spec": { "f:a": {} } }),
      entry("kubectl-edit", "Update", { "f:spec": { "f:b": {} } }),
      entry("kubectl", "Update", { "f:spec": { "f:replicas": {} } }, { subresource: "scale" }),
      entry("rollouts-controller", "Update", { "f:spec": { "f:c": {} } }),
      entry("pulumi-kubernetes-1", "Apply", { "f:metadata": {} }),
    );
    assert.deepEqual(takeOver(object, "pulumi-kubernetes-1"), [
      entry("kubectl", "Update", { "f:spec": { "f:replicas": {} } }, { subresource: "scale" }),
      entry("rollouts-controller", "Update", { "f:spec": { "f:c": {} } }),
      entry("pulumi-kubernetes-1", "Apply", { "f:metadata": {}, "f:spec": { "f:a": {}, "f:b": {} } }),
    ]);
    assert.equal(takeOver(live(entry("argocd", "Apply", {})), "m"), undefined);
  });

  it("force only where somebody said so, or nobody can object", () => {
    const others = live(entry("argocd", "Apply", {}));
    const asked = { metadata: { annotations: { "pulumi.com/patchForce": "true" } } };
    assert.equal(mayForce({}, others, { force: false, preview: false }), false);
    assert.equal(mayForce(asked, others, { force: false, preview: false }), true);
    assert.equal(mayForce({}, others, { force: true, preview: false }), true);
    assert.equal(mayForce({}, live(), { force: false, preview: false }), true);
    assert.equal(mayForce({}, undefined, { force: false, preview: false }), false);
    assert.equal(mayForce({}, undefined, { force: false, preview: true }), true);
  });
});

describe("ignored changes in an update", () => {
  const replicas = { "f:spec": { "f:replicas": {} } };

  it("leave out a field that belongs to somebody else", () => {
    const scaled = { ...live(entry("kube-controller-manager", "Update", replicas)), spec: { replicas: 5 } };
    const inputs = { spec: { replicas: 1, paused: true } };
    assert.deepEqual(withoutIgnored(inputs, scaled, ["spec.replicas"], "m"), { spec: { paused: true } });
  });

  it("send the live value of a field that belongs to us", () => {
    const ours = { ...live(entry("m", "Apply", replicas)), spec: { replicas: 5 } };
    assert.deepEqual(withoutIgnored({ spec: { replicas: 1 } }, ours, ["spec.replicas"], "m"), {
      spec: { replicas: 5 },
    });
  });

  it("send the live values at every place of a list", () => {
    const routes = (first: number, second: number, timeout: string) => ({
      spec: { http: [{ timeout, route: [{ weight: first }, { weight: second }] }] },
    });
    assert.deepEqual(
      withoutIgnored(routes(100, 0, "2s"), routes(20, 80, "1s"), ["spec.http[*].route[*].weight"], "m"),
      routes(20, 80, "2s"),
    );
  });

  it("keep the inputs where the live object has nothing", () => {
    assert.deepEqual(withoutIgnored({ spec: { a: 1 } }, { spec: {} }, ["spec.a", "spec.list[*].b"], "m"), {
      spec: { a: 1 },
    });
  });
});
