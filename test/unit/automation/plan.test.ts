/** Plans, from events that the real engine sent. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { done, planLines } from "../../../automation/console/plan.ts";
import { driftFrom, isEmpty, planFrom, type Change, type Plan } from "../../../automation/engine/plan.ts";
import { valueAt } from "../../../automation/engine/property.ts";

/** A preview of dev in which the API's replicas and Prometheus' configuration change, and the gateway replaces ports. */
const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, "recorded", "preview.json"), "utf8"),
) as EngineEvent[];
const text = (lines: readonly string[]): string => stripVTControlCharacters(lines.join("\n"));

function change(over: Partial<Change>): Change {
  return {
    action: "create",
    urn: `urn:${over.action ?? "create"}:${over.name ?? ""}`,
    kind: "ConfigMap",
    name: "a/b",
    group: "cancer/services",
    properties: [],
    because: [],
    ...over,
  };
}

describe("a plan from the engine's events", () => {
  const plan = planFrom(recorded);
  const brief = plan.changes.map(({ action, kind, name, group }) => `${action} ${kind} ${name} (${group})`);

  it("has one entry an object, in the order of what is done to it; components and providers are none", () => {
    assert.deepEqual(brief, [
      "create VirtualService cancer-mlops/cancer-api (cancer/cancer-mlops)",
      "update Deployment cancer-mlops/api (cancer/cancer-mlops)",
      "replace ConfigMap cancer-mlops/prometheus-config (cancer/cancer-mlops)",
      "delete Service cancer-mlops/api-loadbalancer (cancer/cancer-mlops)",
    ]);
    // The namespace, a priority class, the Secret and its password.
    assert.equal(plan.unchanged, 4);
  });

  it("tells what changes in an object, and what forces a replacement", () => {
    const [, update, replace] = plan.changes;
    assert.deepEqual(update?.properties, [{ path: "spec.replicas", before: "2", after: "3" }]);
    assert.deepEqual(replace?.because, ['data["prometheus.yml"]']);
    assert.deepEqual(replace.properties, [{ path: 'data["prometheus.yml"]' }], "long text is not shown");
  });

  it("counts a generated password to the application of its Secret", () => {
    const created = recorded.map((event) => {
      const copy = structuredClone(event);
      const metadata = copy.resourcePreEvent?.metadata;
      if (metadata?.op === "same") metadata.op = "create";
      return copy;
    });
    const groups = new Map(planFrom(created).changes.map(({ kind, group }) => [kind, group]));
    assert.equal(groups.get("RandomPassword"), "cancer/cancer-mlops");
    assert.equal(groups.get("PriorityClass"), "foundation");
  });

  it("counts what the maker of the cluster makes to the cluster", () => {
    const [event] = structuredClone(recorded).filter(
      ({ resourcePreEvent }) => resourcePreEvent?.metadata.type.endsWith(":PriorityClass") === true,
    );
    const metadata = event!.resourcePreEvent!.metadata;
    metadata.op = "create";
    metadata.urn = "urn:pulumi:dev::quint::quint:cluster:OkeCluster$oci:Core/vcn:Vcn::cluster-network";
    const [change] = planFrom([event!]).changes;
    assert.deepEqual([change?.kind, change?.group], ["Vcn", "cluster"]);
  });

  it("never shows a value of a Secret", () => {
    const events = structuredClone(recorded);
    for (const { resourcePreEvent } of events) {
      const metadata = resourcePreEvent?.metadata;
      if (metadata?.type !== "kubernetes:core/v1:Secret") continue;
      metadata.op = "update";
      metadata.detailedDiff = { "data.password": { diffKind: "update" as never, inputDiff: false } };
      metadata.old = { ...metadata.old!, inputs: { data: { password: "b2xk" } } };
      metadata.new = { ...metadata.new!, inputs: { data: { password: "bmV3" } } };
    }
    const secret = planFrom(events).changes.find(({ kind }) => kind === "Secret");
    assert.deepEqual(secret?.properties, [{ path: "data.password" }]);
  });

  it("does not count what is destroyed as unchanged, though the program found it so", () => {
    const deleted = recorded
      .filter(({ resourcePreEvent }) => resourcePreEvent?.metadata.op === "same")
      .map((event) => {
        const copy = structuredClone(event);
        copy.resourcePreEvent!.metadata.op = "delete";
        return copy;
      });
    assert.equal(planFrom([...recorded, ...deleted]).unchanged, 0);
  });

  it("of a refresh is what the refresh found, not what it was about to look at", () => {
    const [api] = recorded.filter(({ resourcePreEvent }) => resourcePreEvent?.metadata.op === "update");
    const { metadata } = api!.resourcePreEvent!;
    const before = { ...api!, resourcePreEvent: { metadata: { ...metadata, op: "refresh" as const } } };
    const after = { sequence: 0, timestamp: 0, resOutputsEvent: { metadata } };
    assert.equal(isEmpty(driftFrom([before])), true);
    assert.deepEqual(
      driftFrom([before, after]).changes.map(({ action, name }) => `${action} ${name}`),
      ["update cancer-mlops/api"],
    );
  });
});

describe("a plan on the terminal", () => {
  it("shows the recorded one like this", () => {
    assert.equal(
      text(planLines(planFrom(recorded), "Plan for dev")),
      `Plan for dev
             kind            object                          what changes
  + create   VirtualService  cancer-mlops/cancer-api
  ~ update   Deployment      cancer-mlops/api                spec.replicas: 2 → 3
  ± replace  ConfigMap       cancer-mlops/prometheus-config  data["prometheus.yml"]
  - delete   Service         cancer-mlops/api-loadbalancer

  + 1 created, ~ 1 updated, ± 1 replaced, - 1 deleted, 4 unchanged`,
    );
  });

  const many = (action: Change["action"], count: number): Plan => ({
    changes: Array.from({ length: count }, (_, index) => change({ action, name: `a/object-${index}` })),
    unchanged: 0,
  });

  it("counts many creations by where they belong, and lists them on request", () => {
    const counts = text(planLines(many("create", 13), "Plan"));
    assert.match(counts, /\+ create {2}cancer\/services +13 {2}13 ConfigMap/);
    assert.doesNotMatch(counts, /object-/);
    assert.match(text(planLines(many("create", 13), "Plan", { verbose: true })), /object-12/);
    assert.match(text(planLines(many("create", 12), "Plan")), /object-11/);
  });

  it("lists every replacement and deletion, however many", () => {
    for (const action of ["replace", "delete"] as const) {
      const listed = text(planLines(many(action, 100), "Plan")).match(/a\/object-\d+/g);
      assert.equal(listed?.length, 100, action);
    }
    assert.doesNotMatch(text(planLines(many("delete", 3), "Plan", { countDeletions: true })), /object-/);
  });

  it("says of a volume that goes what goes with it", () => {
    const plan = { changes: [change({ action: "delete", kind: "PersistentVolumeClaim" })], unchanged: 0 };
    assert.match(text(planLines(plan, "Plan")), /its data is lost/);
  });

  it("counts properties beyond the fourth", () => {
    const properties = Array.from({ length: 6 }, (_, index) => ({ path: `spec.p${index}` }));
    const lines = text(
      planLines({ changes: [change({ action: "update", properties })], unchanged: 0 }, "Plan"),
    );
    assert.match(lines, /spec\.p3\n.*… and 2 more properties/);
    assert.doesNotMatch(lines, /spec\.p4/);
  });

  it("says so when nothing changes", () => {
    const lines = text(planLines({ changes: [], unchanged: 52 }, "Plan"));
    assert.equal(lines, "Plan\n  nothing changes\n\n  52 unchanged");
  });

  it("tells afterwards what was done", () => {
    assert.equal(done(planFrom(recorded)), "1 created, 1 updated, 1 replaced, 1 deleted");
  });
});

describe("a property's path", () => {
  const value = { spec: { containers: [{ image: "a" }], "x.y/z": { 'q"': 1 } } };
  it("leads to its value through lists and quoted keys", () => {
    assert.equal(valueAt(value, "spec.containers[0].image"), "a");
    assert.deepEqual(valueAt(value, 'spec["x.y/z"]'), { 'q"': 1 });
    assert.equal(valueAt(value, "spec.missing.deep"), undefined);
  });
});
