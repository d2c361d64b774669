import assert from "node:assert/strict";
import fc from "fast-check";
import structpb from "google-protobuf/google/protobuf/struct_pb.js";
import {
  fromStruct,
  hasSecret,
  hasUnknown,
  isSecret,
  isUnknown,
  revealed,
  sameTree,
  secret,
  toStruct,
  unknown,
  type Value,
  type ValueMap,
} from "../../../simulation/providers/plugin/values.ts";

/** The wire's own keys and sentinels mean something else than themselves. */
const reserved =
  /^(?:4dabf18193072939515e22adb298388d|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|__proto__)$/;
const text = fc.string().filter((value) => !reserved.test(value));
const { value: anyValue } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    text,
    fc.constant(unknown),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(text, tie("value"), { maxKeys: 4, noNullPrototype: true }),
    tie("value").map((value) => secret(value)),
  ),
}));

/** Secrets are compared by what they hold: two wrappings of the same value are not the same object. */
function comparable(value: Value): unknown {
  if (isSecret(value)) return ["secret", comparable(value.reveal())];
  if (isUnknown(value)) return ["unknown"];
  if (Array.isArray(value)) return ["list", ...value.map(comparable)];
  if (typeof value === "object" && value !== null) {
    // Maps on the wire have no order.
    return new Map(Object.entries(value).map(([key, element]) => [key, comparable(element)]));
  }
  // Negative zero may come back as zero; no property tells them apart.
  return value === 0 ? 0 : value;
}

const overTheWire = (map: ValueMap) =>
  fromStruct(structpb.Struct.deserializeBinary(toStruct(map).serializeBinary()));

describe("provider values", () => {
  it("come back from the wire as they were", () => {
    fc.assert(
      fc.property(fc.dictionary(text, anyValue, { maxKeys: 5, noNullPrototype: true }), (map) => {
        assert.deepEqual(comparable(overTheWire(map)), comparable(map));
      }),
    );
  });

  it("reads every unknown sentinel of the SDKs", () => {
    const sentinels = [
      "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
      "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
      "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
      "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
      "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    ];
    const struct = structpb.Struct.fromJavaScript({ sentinels });
    assert.deepEqual(fromStruct(struct), { sentinels: sentinels.map(() => unknown) });
  });

  it("reads outputs: known, secret, and not known yet", () => {
    const key = "4dabf18193072939515e22adb298388d";
    const output = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
    const values = fromStruct(
      structpb.Struct.fromJavaScript({
        known: { [key]: output, value: 1, dependencies: ["urn:x"] },
        hidden: { [key]: output, value: "s", secret: true },
        later: { [key]: output },
      }),
    );
    assert.equal(values.known, 1);
    assert.equal(values.later, unknown);
    assert.ok(isSecret(values.hidden));
    assert.equal(values.hidden.reveal(), "s");
  });

  it("wraps a secret once, and never prints it", () => {
    const once = secret("topsecret");
    assert.equal(secret(once), once);
    assert.equal(String(once), "[secret]");
    assert.equal(JSON.stringify({ once }), '{"once":"[secret]"}');
  });

  it("unwraps for an engine that accepts no secrets", () => {
    const plain = toStruct({ a: secret({ b: secret("c") }) }, false);
    assert.deepEqual(plain.toJavaScript(), { a: { b: "c" } });
  });

  it("finds secrets and unknown values at any depth", () => {
    assert.equal(hasSecret({ a: [{ b: secret(1) }] }), true);
    assert.equal(hasSecret({ a: [unknown] }), false);
    assert.equal(hasUnknown({ a: secret([{ b: unknown }]) }), true);
    assert.deepEqual(revealed({ a: secret([secret("b")]) }), { a: ["b"] });
  });

  it("never takes two unknown values for the same", () => {
    assert.equal(sameTree({ a: [1, "b", null] }, { a: [1, "b", null] }), true);
    assert.equal(sameTree(unknown, unknown), false);
    assert.equal(sameTree({ a: undefined as never }, {}), false);
  });
});
