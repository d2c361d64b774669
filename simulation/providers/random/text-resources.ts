/** RandomString and RandomPassword. */
import { hashSync } from "bcryptjs";
import type { CheckFailure } from "../plugin/protocol.ts";
import type { TreeMap } from "../plugin/values.ts";
import { flagAt, numberAt, plain, type RandomResource, stringAt } from "./resource.ts";
import { randomText, type TextOptions, textProblems } from "./text.ts";

const inputs = {
  keepers: { type: "map" },
  length: { type: "number", required: true },
  lower: { type: "boolean" },
  minLower: { type: "number" },
  minNumeric: { type: "number" },
  minSpecial: { type: "number" },
  minUpper: { type: "number" },
  number: { type: "boolean" },
  numeric: { type: "boolean" },
  overrideSpecial: { type: "string" },
  special: { type: "boolean" },
  upper: { type: "boolean" },
} as const satisfies RandomResource["inputs"];

/** `number` is the old name of `numeric`. */
function optionsOf(given: TreeMap): TextOptions {
  return {
    length: numberAt(given, "length"),
    lower: flagAt(given, "lower") ?? true,
    upper: flagAt(given, "upper") ?? true,
    numeric: flagAt(given, "numeric") ?? flagAt(given, "number") ?? true,
    special: flagAt(given, "special") ?? true,
    minLower: numberAt(given, "minLower"),
    minUpper: numberAt(given, "minUpper"),
    minNumeric: numberAt(given, "minNumeric"),
    minSpecial: numberAt(given, "minSpecial"),
    overrideSpecial: stringAt(given, "overrideSpecial"),
  };
}

/** An empty `overrideSpecial` is none: setting it is no change. */
function complete(given: TreeMap): TreeMap {
  const options = optionsOf(given);
  const { overrideSpecial, ...rest } = options;
  const { keepers } = given;
  return {
    ...rest,
    number: options.numeric,
    ...(overrideSpecial === "" ? {} : { overrideSpecial }),
    ...(keepers === undefined ? {} : { keepers }),
  };
}

function problems(given: TreeMap): readonly CheckFailure[] {
  const [old, numeric] = [flagAt(given, "number"), flagAt(given, "numeric")];
  const differ = old !== undefined && numeric !== undefined && old !== numeric;
  const reason =
    "Number and numeric are both configured with different values: Number is deprecated, use numeric instead";
  return [...textProblems(optionsOf(given)), ...(differ ? [{ property: "number", reason }] : [])];
}

/** Its ID is the string itself. */
export const randomString: RandomResource = {
  ...plain,
  inputs,
  outputs: ["result"],
  schemaVersion: 2,
  complete,
  problems,
  make: (given) => {
    const result = randomText(optionsOf(given));
    return { id: result, outputs: { result } };
  },
  adopt: (id) => ({ id, inputs: { length: id.length }, outputs: { result: id } }),
};

/** The least that bcrypt has: what is hashed is long and random, so that trying is hopeless at any cost. */
const hashRounds = 4;

/** The text, and its hash for who stores no password in plain. Of a text over 72 bytes bcrypt takes the first 72. */
const hashed = (result: string) => ({ result, bcryptHash: hashSync(result, hashRounds) });

/** The same, and secret. */
export const randomPassword: RandomResource = {
  ...randomString,
  outputs: ["result", "bcryptHash"],
  secrets: ["result", "bcryptHash"],
  schemaVersion: 3,
  make: (given) => ({ id: "none", outputs: hashed(randomText(optionsOf(given))) }),
  adopt: (id) => ({ id: "none", inputs: { length: id.length }, outputs: hashed(id) }),
};
