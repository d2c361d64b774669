import assert from "node:assert/strict";
import { isNotFound } from "../../../simulation/providers/kubernetes/api-error.ts";
import type { Context } from "../../../simulation/providers/kubernetes/context.ts";
import { create } from "../../../simulation/providers/kubernetes/create.ts";
import { remove } from "../../../simulation/providers/kubernetes/delete.ts";
import { read } from "../../../simulation/providers/kubernetes/read.ts";
import { settingsFrom } from "../../../simulation/providers/kubernetes/settings.ts";
import { update } from "../../../simulation/providers/kubernetes/update.ts";
import { InitFailed } from "../../../simulation/providers/plugin/protocol.ts";
import { secret, type TreeMap, unknown, type ValueMap } from "../../../simulation/providers/plugin/values.ts";
import { type Answer, type Asked, discovered, type FakeApiServer, fakeApiServer } from "./fake-api-server.ts";

describe("the kubernetes stand-in's operations", () => {
  let server: FakeApiServer;
  const started = async (answer: (asked: Asked) => Answer, signal?: AbortSignal): Promise<FakeApiServer> => {
    server = await fakeApiServer(answer, signal);
    return server;
  };
  afterEach(async () => {
    await server.close();
  });
  const contextOf = (settings: Readonly<Record<string, string>> = {}): Context => ({
    settings: settingsFrom(
      new Map(Object.entries(settings).map(([key, value]) => [`kubernetes:config:${key}`, value])),
      {},
    ),
    cluster: server.cluster,
    log: { log: () => undefined, status: () => undefined },
    signal: new AbortController().signal,
  });

  const urn = "urn:pulumi:s::p::kubernetes:core/v1:ConfigMap::c";
  const configMap = (data: ValueMap = { a: "1" }): ValueMap => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "c", namespace: "n" },
    data,
  });
  const live: TreeMap = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "c", namespace: "n", uid: "7", resourceVersion: "1" },
    data: { a: "1", added: "by somebody" },
  };
  const createWith = (context: Context, properties: ValueMap, preview = false) =>
    create(context, { urn, properties, timeoutSeconds: 0, preview });
  const lastAsked = () => server.asked.at(-1);

  it("create by POST, as the manager whose fields the first update takes over", async () => {
    await started((asked) => discovered(asked) ?? { body: live });
    const { id, properties } = await createWith(contextOf(), configMap({ a: secret("1") }));
    assert.equal(id, "n/c");
    assert.deepEqual(lastAsked(), {
      method: "POST",
      path: "/api/v1/namespaces/n/configmaps",
      query: { fieldManager: "pulumi-kubernetes" },
      contentType: "application/json",
      body: configMap(),
    });
    assert.equal(properties.__initialApiVersion, "v1");
    assert.match(properties.__fieldManager as string, /^pulumi-kubernetes-[0-9a-f]{7}$/);
    assert.equal(JSON.stringify(properties.data), '{"a":"[secret]","added":"by somebody"}');
  });

  it("create by server-side apply where existing objects may be taken over", async () => {
    await started((asked) => discovered(asked) ?? { body: live });
    await createWith(contextOf({ upsertExistingObjects: "true" }), configMap());
    const { method, path, query, contentType } = lastAsked()!;
    assert.deepEqual([method, path], ["PATCH", "/api/v1/namespaces/n/configmaps/c"]);
    assert.equal(contentType, "application/apply-patch+yaml");
    assert.equal(query.force, "false");
    await createWith(contextOf({ upsertExistingObjects: "true", enablePatchForce: "true" }), configMap());
    assert.equal(lastAsked()?.query.force, "true");
  });

  it("say how to go on where the object exists", async () => {
    const exists = { reason: "AlreadyExists", message: 'configmaps "c" already exists' };
    await started((asked) => discovered(asked) ?? { code: 409, body: exists });
    await assert.rejects(
      createWith(contextOf(), configMap()),
      /configmaps "c" already exists\n\n.*pulumi refresh --import-pending-creates.*upsertExistingObjects/s,
    );
  });

  it("do not quote secrets that the API server refuses", async () => {
    const refusal = { reason: "Invalid", message: 'Invalid value: "topsecret"' };
    await started((asked) => discovered(asked) ?? { code: 422, body: refusal });
    await assert.rejects(
      createWith(contextOf(), configMap({ a: secret("topsecret") })),
      /Invalid value: "\[secret\]"/,
    );
  });

  it("wait a moment for a kind that is just being defined", async () => {
    let looks = 0;
    await started((asked) => {
      looks += asked.path === "/apis/x.test/v1" ? 1 : 0;
      return looks < 2 && asked.path.startsWith("/apis/x.test")
        ? undefined
        : (discovered(asked) ?? { body: live });
    });
    const thing = { apiVersion: "x.test/v1", kind: "Thing", metadata: { name: "t", namespace: "guessed" } };
    await create(contextOf(), {
      urn: "urn:pulumi:s::p::kubernetes:x.test/v1:Thing::t",
      properties: thing,
      timeoutSeconds: 0,
      preview: false,
    });
    assert.equal(lastAsked()?.path, "/apis/x.test/v1/things");
    // Check had to guess that the kind lives in a namespace.
    assert.deepEqual(lastAsked()?.body, { ...thing, metadata: { name: "t" } });
  });

  it("preview by a dry run, and without one where the cluster cannot know", async () => {
    await started((asked) => discovered(asked) ?? { body: { ...live, status: {} } });
    const seen = await createWith(contextOf(), configMap(), true);
    assert.equal(lastAsked()?.query.dryRun, "All");
    assert.deepEqual([seen.id, seen.properties.status], ["", undefined]);
    const before = server.asked.length;
    const properties = configMap({ a: unknown });
    assert.deepEqual(await createWith(contextOf(), properties, true), { id: "", properties });
    assert.equal(server.asked.length, before);
  });

  it("preview what the program says while the namespace does not exist", async () => {
    await started((asked) => discovered(asked));
    assert.deepEqual(await createWith(contextOf(), configMap(), true), { id: "", properties: configMap() });
  });

  it("update by apply, once the fields of the creation are ours to apply", async () => {
    const managed = [{ manager: "pulumi-kubernetes", operation: "Update", fieldsV1: { "f:data": {} } }];
    const object = { ...live, metadata: { ...(live.metadata as TreeMap), managedFields: managed } };
    await started((asked) => discovered(asked) ?? { body: object });
    const olds: ValueMap = { ...object, __inputs: configMap(), __fieldManager: "m" };
    const properties = await update(contextOf(), {
      id: "n/c",
      urn,
      olds,
      oldInputs: configMap(),
      news: configMap({ a: "2" }),
      timeoutSeconds: 0,
      preview: false,
      ignoreChanges: [],
    });
    const [, take, apply] = server.asked.filter(({ path }) => path.endsWith("/c"));
    assert.deepEqual(take?.body, [
      {
        op: "replace",
        path: "/metadata/managedFields",
        value: [{ manager: "m", operation: "Apply", fieldsV1: { "f:data": {} } }],
      },
      { op: "replace", path: "/metadata/resourceVersion", value: "1" },
    ]);
    assert.deepEqual([apply?.query.fieldManager, apply?.query.force], ["m", "false"]);
    assert.equal(properties.__fieldManager, "m");
  });

  it("record a refused update with its reasons and the live object", async () => {
    const conflict = { reason: "Conflict", message: "conflict with argocd: .data.a" };
    await started((asked) => {
      if (asked.method === "PATCH") return { code: 409, body: conflict };
      return discovered(asked) ?? { body: live };
    });
    const olds: ValueMap = { ...live, __inputs: configMap(), __fieldManager: "m" };
    const request = { id: "n/c", urn, olds, oldInputs: {}, news: configMap({ a: "2" }), ignoreChanges: [] };
    await assert.rejects(
      update(contextOf(), { ...request, timeoutSeconds: 0, preview: false }),
      (error: unknown) => {
        assert.ok(error instanceof InitFailed);
        assert.match(error.message, /field conflict.*patchForce.*conflict with argocd: \.data\.a/s);
        assert.equal(error.id, "n/c");
        return true;
      },
    );
  });

  it("read drift in what the program set, and nothing else", async () => {
    const drifted = { ...live, data: { a: "changed", added: "by somebody" } };
    await started((asked) => discovered(asked) ?? { body: drifted });
    const { inputs } = await read(contextOf(), {
      id: "n/c",
      urn,
      properties: { ...live },
      inputs: configMap(),
    });
    assert.deepEqual(inputs, configMap({ a: "changed" }));
  });

  it("read for an import what a program can set", async () => {
    await started((asked) => discovered(asked) ?? { body: { ...live, status: { x: 1 } } });
    const { id, inputs } = await read(contextOf(), { id: "n/c", urn, properties: {}, inputs: {} });
    assert.equal(id, "n/c");
    assert.deepEqual(inputs, configMap({ a: "1", added: "by somebody" }));
  });

  it("read an object that is gone as gone", async () => {
    await started((asked) => discovered(asked));
    assert.equal((await read(contextOf(), { id: "n/c", urn, properties: {}, inputs: configMap() })).id, "");
  });

  it("delete in the foreground, or as annotated; what is gone is a success", async () => {
    let isThere = true;
    await started((asked) => {
      if (asked.method === "DELETE") {
        isThere = false;
        return { body: { kind: "Status" } };
      }
      return discovered(asked) ?? (isThere ? { body: live } : undefined);
    });
    const remaining = (annotations: ValueMap): ValueMap => ({
      ...live,
      __inputs: { ...configMap(), metadata: { name: "c", namespace: "n", annotations } },
    });
    const policies: unknown[] = [];
    for (const annotations of [{}, { "pulumi.com/deletionPropagationPolicy": "background" }]) {
      await remove(contextOf(), { id: "n/c", urn, properties: remaining(annotations), timeoutSeconds: 1 });
      const { body } = server.asked.filter(({ method }) => method === "DELETE").at(-1)!;
      policies.push((body as TreeMap).propagationPolicy);
    }
    assert.deepEqual(policies, ["Foreground", "Background"]);
    await assert.rejects(server.cluster.client.request({ method: "GET", path: "/gone" }), isNotFound);
  });
});
