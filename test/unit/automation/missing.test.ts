/** Finding what was deployed and is not in the cluster any more. */
import assert from "node:assert/strict";
import type { Client } from "../../../automation/cluster/access.ts";
import { presenceOf } from "../../../automation/cluster/presence.ts";
import type { ExportedResource } from "../../../automation/engine/pending.ts";
import { deployedObjects } from "../../../automation/session/missing.ts";

const labels = { "app.kubernetes.io/managed-by": "quint" };

function resource(apiVersion: string, kind: string, metadata: object): ExportedResource {
  const group = apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`;
  const type = `kubernetes:${group}:${kind}`;
  return { urn: `urn:pulumi:dev::quint::${type}::x`, type, inputs: { apiVersion, kind, metadata } };
}

const namespace = resource("v1", "Namespace", { name: "apps", labels });
const config = (name: string) => resource("v1", "ConfigMap", { name, namespace: "apps", labels });
const monitor = resource("example.com/v1", "Monitor", { name: "api", namespace: "apps", labels });

/** A cluster that serves these kinds with these objects, and notes what it is asked for. */
function cluster(kinds: Readonly<Record<string, readonly object[]>>, asked: string[] = []): Client {
  const list = (apiVersion: string, kind: string, ...rest: unknown[]) => {
    asked.push(`${kind} ${String(rest.at(-1))}`);
    const items = kinds[kind];
    return items === undefined
      ? Promise.reject(new Error(`Unrecognized API version and kind: ${apiVersion} ${kind}`))
      : Promise.resolve({ items: items.map((metadata) => ({ metadata })) });
  };
  return { objects: { list } } as unknown as Client;
}

describe("objects that were deployed", () => {
  it("are looked for by kind, one request each, among those that are ours", async () => {
    const asked: string[] = [];
    const wanted = deployedObjects([namespace, config("here"), config("deleted"), monitor]);
    const client = cluster(
      { Namespace: [{ name: "apps" }], ConfigMap: [{ name: "here", namespace: "apps" }] },
      asked,
    );
    const { missing, terminating } = await presenceOf(client, wanted);
    assert.deepEqual(
      missing.map(({ label }) => label),
      // The definition of the second is gone with it.
      ["ConfigMap apps/deleted", "Monitor apps/api"],
    );
    assert.deepEqual(terminating, []);
    const selector = "app.kubernetes.io/managed-by=quint";
    assert.deepEqual(asked, [`ConfigMap ${selector}`, `Monitor ${selector}`, `Namespace ${selector}`]);
  });

  it("are told in the same order, whatever order the state has", () => {
    const state = [namespace, monitor, config("b"), config("a")];
    for (const anyOrder of [state, state.toReversed()]) {
      assert.deepEqual(
        deployedObjects(anyOrder).map(({ label }) => label),
        ["ConfigMap apps/a", "ConfigMap apps/b", "Monitor apps/api", "Namespace apps"],
      );
    }
  });

  it("are told apart from those that are on their way out", async () => {
    const wanted = deployedObjects([namespace, config("here")]);
    const going = { name: "apps", deletionTimestamp: "2026-01-01T00:00:00Z" };
    const client = cluster({ Namespace: [going], ConfigMap: [{ name: "here", namespace: "apps" }] });
    const { missing, terminating } = await presenceOf(client, wanted);
    assert.deepEqual(missing, []);
    assert.deepEqual(
      terminating.map(({ label }) => label),
      ["Namespace apps"],
    );
  });

  it("are none where the state has no object with our labels", () => {
    const password = { urn: "urn:pulumi:dev::quint::random:index:P::p", type: "random:index:P", inputs: {} };
    const others = resource("v1", "ConfigMap", { name: "theirs", namespace: "apps" });
    assert.deepEqual(deployedObjects([password, others]), []);
  });

  it("cannot be looked for where the cluster refuses", async () => {
    const refusal = Object.assign(new Error("no"), { code: 403 });
    const client = { objects: { list: () => Promise.reject(refusal) } } as unknown as Client;
    await assert.rejects(presenceOf(client, deployedObjects([namespace])), refusal);
  });
});
