import assert from "node:assert/strict";
import {
  checkpoint,
  initialApiVersion,
  parseCheckpoint,
  toObject,
  toProperties,
} from "../../../simulation/providers/kubernetes/checkpoint.ts";
import { redacted } from "../../../simulation/providers/plugin/redact.ts";
import { isSecret, revealed, secret } from "../../../simulation/providers/plugin/values.ts";

describe("the kubernetes stand-in's state", () => {
  it("keeps live object, inputs, API version and field manager", () => {
    const inputs = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data: { k: "v" } };
    const live = { ...inputs, metadata: { name: "a", uid: "1" } };
    const state = checkpoint(inputs, live, inputs, "v1", "pulumi-kubernetes-1234567");
    assert.equal(state.__initialApiVersion, "v1");
    assert.equal(state.__fieldManager, "pulumi-kubernetes-1234567");
    assert.deepEqual(parseCheckpoint(state), { inputs, live });
    assert.equal(initialApiVersion(state, {}), "v1");
  });

  it("wraps outputs and inputs wherever the given inputs were secret", () => {
    const given = {
      kind: "ConfigMap",
      data: { open: "1", hidden: secret("topsecret") },
      list: [{ a: secret("topsecret") }, { b: 1 }],
    };
    const inputs = toObject(given);
    const live = { ...inputs, metadata: { uid: "1" } };
    const state = checkpoint(inputs, live, given, "v1", "m");
    for (const properties of [state, state.__inputs as typeof state]) {
      const data = properties.data as typeof state;
      assert.equal(data.open, "1");
      assert.ok(isSecret(data.hidden));
      // A list may be reordered by the API server: it is secret as a whole.
      assert.ok(isSecret(properties.list));
    }
    assert.ok(!JSON.stringify(state).includes("topsecret"));
  });

  it("makes the data of every Secret secret, whatever the inputs say", () => {
    const object = { apiVersion: "v1", kind: "Secret", data: { a: "Yg==" }, stringData: { c: "d" } };
    const properties = toProperties(object, {});
    assert.ok(isSecret(properties.data));
    assert.ok(isSecret(properties.stringData));
    const template = toProperties(
      { spec: { kind: "Secret", data: { a: "Yg==" } } },
      { spec: { kind: "Secret" } },
    );
    assert.ok(isSecret((template.spec as typeof properties).data));
  });

  it("spells the keys of OpenAPI schemas as the SDK does", () => {
    const properties = { spec: [{ x_kubernetes_list_map_keys: ["a"], x_kubernetes_int_or_string: true }] };
    const object = { spec: [{ "x-kubernetes-list-map-keys": ["a"], "x-kubernetes-int-or-string": true }] };
    assert.deepEqual(toObject(properties), object);
    assert.deepEqual(toProperties(object, {}), properties);
  });

  it("takes the wrappings off for the API server", () => {
    assert.deepEqual(toObject({ data: secret({ a: secret("b") }) }), { data: { a: "b" } });
  });
});

describe("messages", () => {
  it("do not repeat secrets that an API server quotes", () => {
    const inputs = { data: secret({ a: "topsecret", b: "topsecretlonger", c: "true" }), open: "visible" };
    assert.equal(
      redacted('Invalid value: "topsecretlonger" and topsecret, visible, true', inputs),
      'Invalid value: "[secret]" and [secret], visible, true',
    );
    assert.deepEqual(revealed(inputs).open, "visible");
  });
});
