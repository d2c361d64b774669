import assert from "node:assert/strict";
import { diffObjects, mustDeleteFirst } from "../../../simulation/providers/kubernetes/diff.ts";
import { type Tree, type TreeMap, unknown } from "../../../simulation/providers/plugin/values.ts";

const immutable = { configMaps: false, secrets: false };
const mutable = { configMaps: true, secrets: true };

function object(apiVersion: string, kind: string, rest: TreeMap): TreeMap {
  return { apiVersion, kind, metadata: { name: "a", namespace: "n" }, ...rest };
}

/** Sets the value at a path of keys in a new object. */
function nest(path: string, value: Tree): TreeMap {
  const [key = "", ...rest] = path.split(".");
  return { [key]: rest.length === 0 ? value : nest(rest.join("."), value) };
}

describe("the kubernetes stand-in's diff", () => {
  const replacing: readonly (readonly [string, string, string])[] = [
    ["v1", "Service", "spec.clusterIP"],
    ["v1", "PersistentVolumeClaim", "spec.storageClassName"],
    ["v1", "PersistentVolumeClaim", "spec.accessModes"],
    ["v1", "PersistentVolume", "spec.csi"],
    ["v1", "ResourceQuota", "spec.scopes"],
    ["v1", "Secret", "type"],
    ["v1", "Secret", "data"],
    ["v1", "ConfigMap", "data.key"],
    ["v1", "Pod", "spec.nodeName"],
    ["apps/v1", "Deployment", "spec.selector.matchLabels.app"],
    ["apps/v1", "DaemonSet", "spec.selector"],
    ["apps/v1", "StatefulSet", "spec.serviceName"],
    ["apps/v1", "StatefulSet", "spec.volumeClaimTemplates"],
    ["apps/v1", "StatefulSet", "spec.podManagementPolicy"],
    ["batch/v1", "Job", "spec.template.spec.restartPolicy"],
    ["batch/v1", "Job", "spec.completions"],
    ["rbac.authorization.k8s.io/v1", "RoleBinding", "roleRef.name"],
    ["rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "roleRef.name"],
    ["storage.k8s.io/v1", "StorageClass", "provisioner"],
  ];
  for (const [apiVersion, kind, path] of replacing) {
    it(`replaces a ${kind} whose ${path} changes`, () => {
      const { detailed, replaces } = diffObjects(
        object(apiVersion, kind, nest(path, "old")),
        object(apiVersion, kind, nest(path, "new")),
        [],
        immutable,
      );
      assert.deepEqual(replaces, [path]);
      assert.deepEqual([...detailed], [[path, { kind: "update-replace", inputDiff: false }]]);
    });
  }

  const updating: readonly (readonly [string, string, string])[] = [
    ["apps/v1", "Deployment", "spec.replicas"],
    ["apps/v1", "Deployment", "spec.template.spec.serviceAccountName"],
    ["apps/v1", "StatefulSet", "spec.template.spec.priorityClassName"],
    ["apps/v1", "StatefulSet", "spec.updateStrategy.type"],
    ["v1", "Service", "spec.type"],
    ["v1", "ConfigMap", "metadata.labels.a"],
    ["policy/v1", "PodDisruptionBudget", "spec.minAvailable"],
    ["networking.istio.io/v1", "VirtualService", "spec.hosts"],
    ["v1", "PersistentVolumeClaim", "spec.resources.requests.storage"],
  ];
  for (const [apiVersion, kind, path] of updating) {
    it(`updates a ${kind} whose ${path} changes`, () => {
      const { detailed, replaces } = diffObjects(
        { apiVersion, kind, ...nest(path, "old") },
        { apiVersion, kind, ...nest(path, "new") },
        [],
        immutable,
      );
      assert.deepEqual(replaces, []);
      assert.deepEqual([...detailed.values()], [{ kind: "update", inputDiff: false }]);
    });
  }

  it("updates the data of ConfigMaps and Secrets where the provider says that it may, unless they are frozen", () => {
    const data = (kind: string, value: string, rest: TreeMap = {}) =>
      object("v1", kind, { data: { a: value }, ...rest });
    for (const kind of ["ConfigMap", "Secret"]) {
      assert.deepEqual(diffObjects(data(kind, "1"), data(kind, "2"), [], mutable).replaces, []);
      const frozen = { immutable: true };
      const { replaces } = diffObjects(data(kind, "1", frozen), data(kind, "2", frozen), [], mutable);
      assert.deepEqual(replaces, ["data.a"]);
    }
  });

  it("replaces containers of a Pod, by any place in the list", () => {
    const pod = (image: string) => object("v1", "Pod", { spec: { containers: [{ image: "a" }, { image }] } });
    assert.deepEqual(diffObjects(pod("b"), pod("c"), [], immutable).replaces, ["spec.containers[1].image"]);
  });

  it("replaces where an immutable field comes inside an added value", () => {
    const news = object("apps/v1", "StatefulSet", { spec: { serviceName: "s", replicas: 1 } });
    const { detailed } = diffObjects(object("apps/v1", "StatefulSet", {}), news, [], immutable);
    assert.deepEqual([...detailed], [["spec", { kind: "add-replace", inputDiff: false }]]);
  });

  it("replaces another name, namespace, kind or group, but not another version", () => {
    const old = object("a.test/v1", "A", {});
    const changed = (metadata: TreeMap) => ({ ...old, metadata });
    const replaces = (news: TreeMap) => diffObjects(old, news, [], immutable).replaces;
    assert.deepEqual(replaces(changed({ name: "b", namespace: "n" })), ["metadata.name"]);
    assert.deepEqual(replaces(changed({ name: "a", namespace: "m" })), ["metadata.namespace"]);
    assert.deepEqual(replaces({ ...old, kind: "B" }), ["kind"]);
    assert.deepEqual(replaces({ ...old, apiVersion: "b.test/v1" }), ["apiVersion"]);
    assert.deepEqual(replaces({ ...old, apiVersion: "a.test/v2" }), []);
  });

  it("names the changed paths, with quotes where keys need them", () => {
    const old = object("x/v1", "X", { spec: { a: [1, 2, 3], b: { c: 1 }, gone: 1 } });
    const news = object("x/v1", "X", { spec: { a: [1, 5], b: { c: 1, "d.e/f": true } } });
    const { detailed } = diffObjects(old, news, [], immutable);
    assert.deepEqual(Object.fromEntries(detailed), {
      "spec.a[1]": { kind: "update", inputDiff: false },
      "spec.a[2]": { kind: "delete", inputDiff: true },
      'spec.b["d.e/f"]': { kind: "add", inputDiff: false },
      "spec.gone": { kind: "delete", inputDiff: true },
    });
  });

  it("takes unknown values for changes, and null for nothing", () => {
    const old = object("x/v1", "X", { spec: { a: 1 } });
    const news = object("x/v1", "X", { spec: { a: unknown, b: unknown, c: null } });
    const { detailed } = diffObjects(old, news, [], immutable);
    assert.deepEqual(
      [...detailed].map(([path, { kind }]) => [path, kind]),
      [
        ["spec.a", "update"],
        ["spec.b", "add"],
      ],
    );
  });

  it("leaves out what is ignored: at a path, below it, and at any place of a list", () => {
    const routes = (first: number, second: number, timeout: string) =>
      object("networking.istio.io/v1", "VirtualService", {
        metadata: { name: "a", namespace: "n", labels: { color: timeout } },
        spec: { http: [{ timeout, route: [{ weight: first }, { weight: second }] }] },
      });
    const ignored = ["spec.http[*].route[*].weight", "metadata.labels"];
    const { detailed } = diffObjects(routes(100, 0, "1s"), routes(20, 80, "2s"), ignored, immutable);
    assert.deepEqual([...detailed.keys()], ["spec.http[0].timeout"]);
  });

  it("deletes first only what keeps its name and place", () => {
    const live = object("v1", "Pod", {});
    assert.equal(mustDeleteFirst(live, live), true);
    assert.equal(mustDeleteFirst(live, { ...live, metadata: { name: "b", namespace: "n" } }), false);
    assert.equal(mustDeleteFirst(live, { ...live, metadata: { name: "a", namespace: "m" } }), false);
    const annotations = { "pulumi.com/autonamed": "true" };
    assert.equal(
      mustDeleteFirst(live, { ...live, metadata: { name: "a", namespace: "n", annotations } }),
      false,
    );
  });
});
