/** RandomBytes, RandomId and RandomUuid. */
import { randomBytes as bytesOf, randomUUID } from "node:crypto";
import { atLeastOne, type Made, numberAt, plain, type RandomResource, stringAt } from "./resource.ts";

function bytesMade(bytes: Buffer): Made {
  const base64 = bytes.toString("base64");
  return { id: base64, outputs: { base64, hex: bytes.toString("hex") } };
}

/** For keys. Its ID is the value in base64, as with the official provider: IDs are not encrypted in the state. */
export const randomBytes: RandomResource = {
  ...plain,
  inputs: { keepers: { type: "map" }, length: { type: "number", required: true } },
  outputs: ["base64", "hex"],
  secrets: ["base64", "hex"],
  problems: (inputs) => atLeastOne(inputs, "length"),
  make: (inputs) => bytesMade(bytesOf(numberAt(inputs, "length"))),
  adopt: (id) => {
    const bytes = Buffer.from(id, "base64");
    if (bytes.toString("base64") !== id)
      throw new Error("the ID of a RandomBytes to import is its value in base64");
    return { ...bytesMade(bytes), inputs: { length: bytes.length } };
  },
};

function idMade(bytes: Buffer, prefix: string): Made {
  const id = bytes.toString("base64url");
  const decimal = bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString("hex")}`);
  return {
    id,
    outputs: {
      b64Url: prefix + id,
      b64Std: prefix + bytes.toString("base64"),
      hex: prefix + bytes.toString("hex"),
      dec: `${prefix}${decimal}`,
    },
  };
}

/** A number in four notations. Its ID is the one for URLs, without the prefix. */
export const randomId: RandomResource = {
  ...plain,
  inputs: {
    byteLength: { type: "number", required: true },
    keepers: { type: "map" },
    prefix: { type: "string" },
  },
  outputs: ["b64Std", "b64Url", "dec", "hex"],
  make: (inputs) => idMade(bytesOf(numberAt(inputs, "byteLength")), stringAt(inputs, "prefix")),
  adopt: (imported) => {
    const comma = imported.lastIndexOf(",");
    const prefix = imported.slice(0, Math.max(comma, 0));
    const bytes = Buffer.from(imported.slice(comma + 1), "base64url");
    return {
      ...idMade(bytes, prefix),
      inputs: { byteLength: bytes.length, ...(prefix === "" ? {} : { prefix }) },
    };
  },
};

/** A UUID of version 4, which is also its ID. */
export const randomUuid: RandomResource = {
  ...plain,
  inputs: { keepers: { type: "map" } },
  outputs: ["result"],
  make: () => {
    const result = randomUUID();
    return { id: result, outputs: { result } };
  },
  adopt: (imported) => {
    if (!/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(imported)) {
      throw new Error("the ID of a RandomUuid to import is the UUID itself");
    }
    const result = imported.toLowerCase();
    return { id: result, outputs: { result }, inputs: {} };
  },
};
