/** RandomPet, RandomInteger and RandomShuffle. */
import type { Tree } from "../plugin/values.ts";
import { integerBetween, oneOf, shuffled } from "./entropy.ts";
import { adjectives, adverbs, animals } from "./pet-words.ts";
import { listAt, numberAt, plain, type RandomResource, stringAt } from "./resource.ts";
import { seededChoice } from "./seeded.ts";

/** A name of words, which is its ID: adverbs, an adjective, an animal. */
export const randomPet: RandomResource = {
  ...plain,
  inputs: {
    keepers: { type: "map" },
    length: { type: "number" },
    prefix: { type: "string" },
    separator: { type: "string" },
  },
  outputs: [],
  complete: (inputs) => ({ length: 2, separator: "-", ...inputs }),
  make: (inputs) => {
    const length = numberAt(inputs, "length", 2);
    const prefix = stringAt(inputs, "prefix");
    const words = [
      ...(prefix === "" ? [] : [prefix]),
      ...Array.from({ length: Math.max(length - 2, 0) }, () => oneOf(adverbs)),
      ...(length > 1 ? [oneOf(adjectives)] : []),
      oneOf(animals),
    ];
    return { id: words.join(stringAt(inputs, "separator")), outputs: {} };
  },
};

/** A whole number between two others, both included. */
export const randomInteger: RandomResource = {
  ...plain,
  inputs: {
    keepers: { type: "map" },
    max: { type: "number", required: true },
    min: { type: "number", required: true },
    seed: { type: "string" },
  },
  outputs: ["result"],
  problems: (inputs) =>
    numberAt(inputs, "max") >= numberAt(inputs, "min")
      ? []
      : [
          {
            property: "min",
            reason: "The minimum (min) value needs to be smaller than or equal to maximum (max) value.",
          },
        ],
  make: (inputs) => {
    const [min, max, seed] = [numberAt(inputs, "min"), numberAt(inputs, "max"), stringAt(inputs, "seed")];
    const result = seed === "" ? integerBetween(min, max) : min + seededChoice(seed)(max - min + 1);
    return { id: String(result), outputs: { result } };
  },
  adopt: (imported) => {
    const [result = "", min = "", max = "", seed] = imported.split(",");
    if (![result, min, max].every((part) => /^-?\d+$/.test(part))) {
      throw new Error("Invalid import usage: expecting {result},{min},{max} or {result},{min},{max},{seed}");
    }
    const inputs = { min: Number(min), max: Number(max), ...(seed === undefined ? {} : { seed }) };
    return { id: result, outputs: { result: Number(result) }, inputs };
  },
};

/** The elements of a list in another order: as many as asked for, in whole permutations. */
export const randomShuffle: RandomResource = {
  ...plain,
  inputs: {
    inputs: { type: "list", required: true },
    keepers: { type: "map" },
    resultCount: { type: "number" },
    seed: { type: "string" },
  },
  outputs: ["results"],
  make: (given) => {
    const elements = listAt(given, "inputs");
    const wanted = elements.length === 0 ? 0 : numberAt(given, "resultCount", elements.length);
    const seed = stringAt(given, "seed");
    const choose = seed === "" ? undefined : seededChoice(seed);
    const results: Tree[] = [];
    while (results.length < wanted) {
      results.push(...shuffled(elements, choose).slice(0, wanted - results.length));
    }
    return { id: "-", outputs: { results } };
  },
};
