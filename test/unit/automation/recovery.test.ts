/** What a killed run leaves in a state, and what `down` keeps of one. */
import assert from "node:assert/strict";
import {
  settlePending,
  type ExportedResource,
  type ExportedState,
} from "../../../automation/engine/pending.ts";
import { keptUrns, keptWords } from "../../../automation/session/keep.ts";

function object(
  kind: string,
  name: string,
  over: Partial<ExportedResource> & { metadata?: object } = {},
): ExportedResource {
  const { metadata, ...rest } = over;
  const group = kind === "Deployment" ? "apps/v1" : "core/v1";
  return {
    urn: `urn:pulumi:dev::quint::kubernetes:${group}:${kind}::${name}`,
    type: `kubernetes:${group}:${kind}`,
    custom: true,
    inputs: {
      apiVersion: group === "apps/v1" ? group : "v1",
      kind,
      metadata: { name, ...(kind === "Namespace" ? {} : { namespace: "apps" }), ...metadata },
    },
    ...rest,
  };
}

const password: ExportedResource = {
  urn: "urn:pulumi:dev::quint::random:index/randomPassword:RandomPassword::p",
  type: "random:index/randomPassword:RandomPassword",
  custom: true,
  inputs: { length: 24 },
};

describe("operations that a killed run left pending", () => {
  const state = (
    pending: readonly (readonly [type: string, resource: ExportedResource])[],
  ): ExportedState => ({
    deployment: {
      resources: [object("Namespace", "apps")],
      pending_operations: pending.map(([type, resource]) => ({ type, resource })),
    },
  });

  it("are taken into the state where the object was made, and dropped where it was not", async () => {
    const made = object("ConfigMap", "made");
    const asked: string[] = [];
    const settled = await settlePending(
      state([
        ["creating", made],
        ["creating", object("ConfigMap", "not-made")],
        ["creating", password],
        ["updating", object("Deployment", "api")],
      ]),
      ({ apiVersion, kind, namespace, name }) => {
        asked.push(`${apiVersion} ${kind} ${namespace ?? ""}/${name}`);
        return Promise.resolve(name === "made");
      },
    );
    assert.deepEqual(asked, ["v1 ConfigMap apps/made", "v1 ConfigMap apps/not-made"]);
    assert.deepEqual(settled.adopted, ["ConfigMap apps/made"]);
    assert.deepEqual(settled.dropped, ["ConfigMap apps/not-made", "RandomPassword p"]);
    assert.deepEqual(settled.state.deployment?.pending_operations, []);
    assert.deepEqual(settled.state.deployment.resources?.at(-1), {
      ...made,
      id: "apps/made",
      outputs: made.inputs,
    });
    assert.equal(settled.state.deployment.resources.length, 2);
  });

  it("take the id of an object without namespace from its name alone", async () => {
    const { state: after } = await settlePending(state([["creating", object("Namespace", "new")]]), () =>
      Promise.resolve(true),
    );
    assert.equal(after.deployment?.resources?.at(-1)?.id, "new");
  });

  it("stay pending in a cloud, which alone knows what came of them", async () => {
    const network = {
      urn: "urn:pulumi:t::quint::oci:Core/vcn:Vcn::cluster-network",
      type: "oci:Core/vcn:Vcn",
    };
    const {
      state: after,
      unseen,
      dropped,
    } = await settlePending(state([["creating", network]]), () =>
      Promise.reject(new Error("the cluster was asked")),
    );
    assert.deepEqual([unseen, dropped], [["Vcn cluster-network"], []]);
    assert.deepEqual(after.deployment?.pending_operations, [{ type: "creating", resource: network }]);
  });

  it("never put a resource into the state twice", async () => {
    const { adopted } = await settlePending(state([["creating", object("Namespace", "apps")]]), () =>
      Promise.resolve(true),
    );
    assert.deepEqual(adopted, []);
  });
});

describe("what down keeps", () => {
  const resources = [
    object("Namespace", "apps"),
    object("Namespace", "empty"),
    object("PersistentVolumeClaim", "data"),
    object("PersistentVolumeClaim", "of-a-footprint", {
      metadata: { labels: { "quint.dev/footprint": "loki" } },
    }),
    object("Secret", "opens-data", { metadata: { annotations: { "quint.dev/purpose": "the database" } } }),
    object("Secret", "certificate"),
    object("Deployment", "api"),
    password,
  ];
  const kept = (keepData: boolean, keepNamespaces: boolean): string[] =>
    keptUrns(resources, { keepData, keepNamespaces }).map((urn) => urn.split("::").at(-1) ?? "");

  it("is nothing, unless it is asked for", () => {
    assert.deepEqual(kept(false, false), []);
  });
  it("is volumes, generated Secrets and the namespaces of both with --keep-data", () => {
    assert.deepEqual(kept(true, false).sort(), ["apps", "data", "opens-data"]);
  });
  it("is every namespace with --keep-namespaces", () => {
    assert.deepEqual(kept(false, true), ["apps", "empty"]);
  });

  it("is said in words, with what it depends on", () => {
    const classes = ["a", "b"].map((name) => object("PriorityClass", name));
    const left = [...resources.slice(0, 4), password, ...classes, object("LimitRange", "limits")];
    for (const anyOrder of [left, left.toReversed()]) {
      assert.equal(
        keptWords(anyOrder, { keepData: true, keepNamespaces: false }),
        "volumes, their passwords and namespaces, and what they depend on (1 LimitRange, 2 PriorityClass)",
      );
    }
    assert.equal(
      keptWords([object("Namespace", "apps")], { keepData: false, keepNamespaces: true }),
      "namespaces",
    );
  });
});
