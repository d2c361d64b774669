import assert from "node:assert/strict";
import { check } from "../../../simulation/providers/kubernetes/check.ts";
import type { Context } from "../../../simulation/providers/kubernetes/context.ts";
import { settingsFrom } from "../../../simulation/providers/kubernetes/settings.ts";
import type { CheckRequest } from "../../../simulation/providers/plugin/protocol.ts";
import {
  isSecret,
  revealed,
  secret,
  unknown,
  type ValueMap,
} from "../../../simulation/providers/plugin/values.ts";

/** A provider whose cluster is down: whether a kind lives in a namespace is then the stand-in's own knowledge. */
const context: Context = {
  settings: settingsFrom(new Map(), {}),
  cluster: { reachable: false, reason: "down", namespace: "team" },
  log: { log: () => undefined, status: () => undefined },
  signal: new AbortController().signal,
};

const checked = async (token: string, news: ValueMap, rest: Partial<CheckRequest> = {}) => {
  const urn = `urn:pulumi:stack::project::${token}::thing`;
  const request = { urn, news, olds: {}, randomSeed: new Uint8Array(), autonaming: undefined, ...rest };
  return (await check(context, request)).inputs;
};
const configMap = { apiVersion: "v1", kind: "ConfigMap" };
const token = "kubernetes:core/v1:ConfigMap";

describe("the kubernetes stand-in's check", () => {
  it("names what is not named, and marks it", async () => {
    const { metadata } = await checked(token, { ...configMap, metadata: { labels: { a: "b" } } });
    const { name, ...rest } = metadata as ValueMap;
    assert.match(name as string, /^thing-[0-9a-f]{7}$/);
    assert.deepEqual(rest, {
      labels: { a: "b" },
      annotations: { "pulumi.com/autonamed": "true" },
      namespace: "team",
    });
  });

  it("names the same in preview and update, by the engine's seed", async () => {
    const named = async (seed: number) =>
      (await checked(token, configMap, { randomSeed: Buffer.alloc(32, seed) })).metadata;
    assert.deepEqual(await named(1), await named(1));
    assert.notDeepEqual(await named(1), await named(2));
  });

  it("follows the stack's configuration about names", async () => {
    const autonaming = { mode: "enforce", proposedName: "from-the-engine" } as const;
    const { metadata } = await checked(token, configMap, { autonaming });
    assert.equal((metadata as ValueMap).name, "from-the-engine");
    await assert.rejects(
      checked(token, configMap, { autonaming: { mode: "disable", proposedName: "" } }),
      /autonaming is disabled, resource requires the \.metadata\.name field to be set/,
    );
  });

  it("keeps the name that it gave before, and names that are not known yet", async () => {
    const olds = {
      ...configMap,
      metadata: { name: "thing-1234567", annotations: { "pulumi.com/autonamed": "true" } },
    };
    const again = (await checked(token, configMap, { olds })).metadata as ValueMap;
    assert.equal(again.name, "thing-1234567");
    const later = (await checked(token, { ...configMap, metadata: { name: unknown } })).metadata as ValueMap;
    assert.deepEqual(later, { name: unknown, namespace: "team" });
  });

  it("gives a namespace to what lives in one, and to nothing else", async () => {
    const metadata = { name: "a" };
    const own = await checked(token, { ...configMap, metadata: { name: "a", namespace: "own" } });
    assert.deepEqual(own.metadata, { name: "a", namespace: "own" });
    const role = await checked("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata,
    });
    assert.deepEqual(role.metadata, { name: "a" });
    const custom = await checked("kubernetes:x.test/v1:X", { apiVersion: "x.test/v1", kind: "X", metadata });
    assert.deepEqual(custom.metadata, { name: "a", namespace: "team" });
  });

  it("turns a Secret's stringData into data, and keeps it secret", async () => {
    const inputs = await checked("kubernetes:core/v1:Secret", {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "a" },
      stringData: { password: secret("topsecret") },
    });
    assert.ok(isSecret(inputs.data));
    assert.deepEqual(revealed(inputs).data, { password: "dG9wc2VjcmV0" });
    assert.equal(inputs.stringData, undefined);
  });

  it("refuses what only the official plugin manages, with the remedy", async () => {
    const remedy = /Install the official plugin/;
    await assert.rejects(checked("kubernetes:helm.sh/v3:Release", { chart: "x" }), remedy);
    await assert.rejects(checked("kubernetes:core/v1:ConfigMapPatch", configMap), /no patch resources/);
    await assert.rejects(
      checked("kubernetes:core/v1:ConfigMapList", { apiVersion: "v1", kind: "ConfigMapList", items: [] }),
      /create the objects of the list instead/,
    );
    await assert.rejects(
      checked(token, { ...configMap, metadata: { generateName: "a-" } }),
      /generateName` field is not supported/,
    );
  });
});
