import assert from "node:assert/strict";
import { compareSync } from "bcryptjs";
import fc from "fast-check";
import type { DiffRequest, Provider } from "../../../simulation/providers/plugin/protocol.ts";
import { isSecret, isUnknown, secret, type ValueMap } from "../../../simulation/providers/plugin/values.ts";
import { integerBetween, shuffled } from "../../../simulation/providers/random/entropy.ts";
import { randomProvider } from "../../../simulation/providers/random/provider.ts";
import { seededChoice } from "../../../simulation/providers/random/seeded.ts";
import { randomText, type TextOptions } from "../../../simulation/providers/random/text.ts";

const provider: Provider = randomProvider("4.21.2", { log: () => undefined, status: () => undefined });
const urnOf = (type: string) =>
  `urn:pulumi:s::p::random:index/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}::x`;
const create = (type: string, properties: ValueMap, preview = false) =>
  provider.create({ urn: urnOf(type), properties, timeoutSeconds: 0, preview });
const check = (type: string, news: ValueMap) =>
  provider.check({ urn: urnOf(type), olds: {}, news, randomSeed: new Uint8Array(), autonaming: undefined });
const diff = (type: string, olds: ValueMap, news: ValueMap) => {
  const request: DiffRequest = { id: "x", urn: urnOf(type), olds, oldInputs: {}, news, ignoreChanges: [] };
  return provider.diff(request);
};

/**
 * Chi-squared of counts that should all be equal. With d degrees of freedom it is about d, and above
 * d + 6 √(2d) in fewer than one of a hundred million runs.
 */
function chiSquared(counts: readonly number[]): { value: number; limit: number } {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const value = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  const degrees = counts.length - 1;
  return { value, limit: degrees + 6 * Math.sqrt(2 * degrees) + 10 };
}

describe("randomness", () => {
  it("is uniform over the characters", () => {
    const text = randomText({ ...everything, length: 84_000 });
    const counts = new Map<string, number>();
    for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
    // 26 + 26 + 10 letters and digits, and 21 special characters.
    assert.equal(counts.size, 83);
    const { value, limit } = chiSquared([...counts.values()]);
    assert.ok(value < limit, `chi-squared ${value} of at most ${limit}`);
  });

  it("is uniform over numbers and orders", () => {
    const dice = new Array<number>(6).fill(0);
    const orders = new Map<string, number>();
    for (let round = 0; round < 12_000; round += 1) {
      const number = integerBetween(1, 6);
      dice[number - 1] = (dice[number - 1] ?? 0) + 1;
      const order = shuffled(["a", "b", "c"]).join("");
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    for (const counts of [dice, [...orders.values()]]) {
      assert.equal(counts.length, 6);
      const { value, limit } = chiSquared(counts);
      assert.ok(value < limit, `chi-squared ${value} of at most ${limit}`);
    }
  });

  it("follows a seed", () => {
    const draw = (seed: string) => Array.from({ length: 20 }, () => 0).map(seededOf(seed));
    assert.deepEqual(draw("a"), draw("a"));
    assert.notDeepEqual(draw("a"), draw("b"));
  });
});

const seededOf = (seed: string) => {
  const choose = seededChoice(seed);
  return () => choose(1000);
};

const everything: TextOptions = {
  length: 12,
  lower: true,
  upper: true,
  numeric: true,
  special: true,
  minLower: 0,
  minUpper: 0,
  minNumeric: 0,
  minSpecial: 0,
  overrideSpecial: "",
};

describe("random strings", () => {
  it("have their length, their minimums, and only characters that are switched on", () => {
    const minimum = fc.nat(4);
    fc.assert(
      fc.property(
        minimum,
        minimum,
        minimum,
        fc.integer({ min: 12, max: 40 }),
        fc.boolean(),
        (minLower, minUpper, minNumeric, length, special) => {
          const text = randomText({ ...everything, length, minLower, minUpper, minNumeric, special });
          const count = (pattern: RegExp) => (text.match(pattern) ?? []).length;
          assert.equal(text.length, length);
          assert.ok(count(/[a-z]/g) >= minLower && count(/[A-Z]/g) >= minUpper && count(/\d/g) >= minNumeric);
          if (!special) assert.match(text, /^[a-zA-Z0-9]*$/);
        },
      ),
    );
  });

  it("take special characters from overrideSpecial alone, by code points", () => {
    const text = randomText({
      ...everything,
      lower: false,
      upper: false,
      numeric: false,
      overrideSpecial: "°😀",
    });
    assert.match(text, /^[°😀]{12}$/u);
  });

  it("have the minimum also of a kind that is switched off, as with the official provider", () => {
    assert.match(
      randomText({ ...everything, special: false, minSpecial: 12, overrideSpecial: "_" }),
      /^_{12}$/,
    );
  });
});

describe("the random stand-in", () => {
  it("keeps passwords secret, and fills in the defaults", async () => {
    const { id, properties } = await create("RandomPassword", { length: 16, overrideSpecial: "_-" });
    const { result, bcryptHash, ...rest } = properties;
    assert.equal(id, "none");
    assert.ok(isSecret(result) && isSecret(bcryptHash));
    assert.ok(compareSync(result.reveal() as string, bcryptHash.reveal() as string));
    assert.match(result.reveal() as string, /^[a-zA-Z0-9_-]{16}$/);
    assert.deepEqual(rest, {
      length: 16,
      lower: true,
      upper: true,
      number: true,
      numeric: true,
      special: true,
      minLower: 0,
      minUpper: 0,
      minNumeric: 0,
      minSpecial: 0,
      overrideSpecial: "_-",
      __meta: '{"schema_version":"3"}',
    });
  });

  it("shows outputs as unknown in a preview", async () => {
    const { id, properties } = await create("RandomPassword", { length: 16 }, true);
    assert.equal(id, "");
    for (const output of [properties.result, properties.bcryptHash]) {
      assert.ok(isSecret(output) && isUnknown(output.reveal()));
    }
    assert.ok(isUnknown((await create("RandomId", { byteLength: 4 }, true)).properties.hex));
  });

  it("writes an ID in four notations", async () => {
    const { id, properties } = await create("RandomId", { byteLength: 8, prefix: "p-" });
    const hex = (properties.hex as string).slice(2);
    assert.match(hex, /^[0-9a-f]{16}$/);
    assert.equal(properties.dec, `p-${BigInt(`0x${hex}`)}`);
    assert.equal(properties.b64Std, `p-${Buffer.from(hex, "hex").toString("base64")}`);
    assert.equal(properties.b64Url, `p-${id}`);
    assert.equal(id, Buffer.from(hex, "hex").toString("base64url"));
  });

  it("gives the other resources their IDs", async () => {
    const string = await create("RandomString", { length: 5, special: false });
    assert.equal(string.id, string.properties.result);
    const uuid = await create("RandomUuid", {});
    assert.match(uuid.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(uuid.id, uuid.properties.result);
    const pet = await create("RandomPet", { length: 3, prefix: "my", separator: "_" });
    assert.match(pet.id, /^my_[a-z]+_[a-z]+_[a-z]+$/);
    const integer = await create("RandomInteger", { min: 5, max: 5 });
    assert.deepEqual([integer.id, integer.properties.result], ["5", 5]);
    const bytes = await create("RandomBytes", { length: 32 });
    assert.equal(Buffer.from(bytes.id, "base64").length, 32);
    const { base64, hex } = bytes.properties;
    assert.ok(isSecret(base64) && isSecret(hex));
    const shuffle = await create("RandomShuffle", { inputs: ["a", "b", "c"], resultCount: 7 });
    assert.equal(shuffle.id, "-");
    const results = shuffle.properties.results as string[];
    assert.equal(results.length, 7);
    // Whole permutations, one after the other: nothing comes twice before everything came once.
    assert.deepEqual([...results.slice(0, 3)].sort(), ["a", "b", "c"]);
    assert.deepEqual([...results.slice(3, 6)].sort(), ["a", "b", "c"]);
  });

  it("keeps outputs secret that a secret input has shaped", async () => {
    const { properties } = await create("RandomId", { byteLength: 4, prefix: secret("topsecret") });
    assert.ok(isSecret(properties.hex) && isSecret(properties.prefix));
    assert.ok(!JSON.stringify(properties).includes("topsecret"));
    const kept = await create("RandomUuid", { keepers: { a: secret("topsecret") } });
    assert.equal(isSecret(kept.properties.result), false);
    assert.ok(isSecret(kept.properties.keepers));
  });

  it("refuses inputs that cannot be, all at once", async () => {
    const reasons = async (type: string, news: ValueMap) =>
      (await check(type, news)).failures.map(({ property, reason }) => `${property}: ${reason}`);
    assert.deepEqual(await reasons("RandomString", {}), ['length: missing required property "length"']);
    assert.deepEqual(await reasons("RandomString", { length: 0 }), [
      "length: expected length to be at least (1), got (0)",
    ]);
    assert.deepEqual(await reasons("RandomPassword", { length: 3, minUpper: 2, minLower: 2 }), [
      "length: expected length (3) to be at least the sum of minUpper, minLower, minNumeric and minSpecial (4)",
    ]);
    const none = { length: 3, lower: false, upper: false, numeric: false, special: false };
    assert.deepEqual(await reasons("RandomString", none), [
      "numeric: at least one of special, upper, lower and numeric must be true: the character set is empty",
    ]);
    assert.deepEqual(await reasons("RandomString", { length: "x", extra: 1 }), [
      "length: expected a value of type number",
      'extra: an unexpected argument "extra" was provided',
    ]);
    assert.deepEqual(await reasons("RandomInteger", { min: 2, max: 1 }), [
      "min: The minimum (min) value needs to be smaller than or equal to maximum (max) value.",
    ]);
    assert.deepEqual(await reasons("RandomBytes", { length: 0 }), [
      "length: expected length to be at least (1), got (0)",
    ]);
    await assert.rejects(check("RandomUnicorn", {}), /has no random:index\/randomUnicorn:RandomUnicorn/);
  });

  it("takes numbers and booleans that come as text", async () => {
    const { inputs, failures } = await check("RandomString", { length: "8", special: "false" });
    assert.deepEqual({ inputs, failures }, { inputs: { length: 8, special: false }, failures: [] });
  });
});

describe("a changed random resource", () => {
  it("is drawn again when an input or a keeper changes", async () => {
    const { properties } = await create("RandomString", { length: 8, keepers: { a: "1" } });
    const change = async (news: ValueMap) => {
      const { replaces, detailedDiff } = await diff("RandomString", properties, news);
      return { replaces, paths: [...(detailedDiff ?? [])].map(([path, { kind }]) => `${path} ${kind}`) };
    };
    assert.deepEqual(await change({ length: 9, keepers: { a: "1" } }), {
      replaces: ["length"],
      paths: ["length update-replace"],
    });
    assert.deepEqual(await change({ length: 8, keepers: { a: "2", "b.c": "x" } }), {
      replaces: ["keepers"],
      paths: ["keepers.a update-replace", 'keepers["b.c"] add-replace'],
    });
    assert.deepEqual(await change({ length: 8 }), {
      replaces: ["keepers"],
      paths: ["keepers.a delete-replace"],
    });
  });

  it("is the same when the program says a default, or a keeper without a value", async () => {
    const { properties } = await create("RandomString", { length: 8, keepers: { a: "1" } });
    const same = { length: 8, special: true, minUpper: 0, overrideSpecial: "", keepers: { a: "1", b: null } };
    assert.equal((await diff("RandomString", properties, same)).changes, false);
    const pet = await create("RandomPet", {});
    assert.equal((await diff("RandomPet", pet.properties, { length: 2, separator: "-" })).changes, false);
  });

  it("knows what it reads and imports", async () => {
    const state = { result: "abc", length: 3 };
    const read = (type: string, id: string, properties: ValueMap) =>
      provider.read({ id, urn: urnOf(type), properties, inputs: {} });
    assert.deepEqual((await read("RandomString", "abc", state)).properties, state);
    const imported = await read("RandomPassword", "topsecret", {});
    assert.deepEqual([imported.id, imported.inputs], ["none", { length: 9 }]);
    assert.ok(isSecret(imported.properties.result));
    assert.deepEqual((await read("RandomInteger", "3,1,6", {})).inputs, { min: 1, max: 6 });
    await assert.rejects(read("RandomUuid", "no", {}), /the ID of a RandomUuid to import is the UUID itself/);
    await assert.rejects(read("RandomPet", "a-b", {}), /cannot be imported/);
  });
});
