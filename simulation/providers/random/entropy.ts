/** Randomness, all of it from the system's cryptographic generator and without a bias. */
import { randomInt } from "node:crypto";

/** The widest range that `crypto.randomInt` draws from at once. */
const widest = 2 ** 48 - 1;

/** A whole number from `min` to `max`, both included, each equally likely. */
export function integerBetween(min: number, max: number): number {
  if (max - min + 1 > widest) {
    throw new Error(`the range from ${min} to ${max} is too wide: it may have ${widest} numbers`);
  }
  return randomInt(min, max + 1);
}

/** One of the elements, each equally likely. Throws on an empty list. */
export function oneOf<T>(elements: readonly T[]): T {
  const element = elements[randomInt(elements.length)];
  if (element === undefined) throw new Error("there is nothing to choose from");
  return element;
}

/** The elements in a random order, each order equally likely (Fisher and Yates). */
export function shuffled<T>(elements: readonly T[], choose: (limit: number) => number = randomInt): T[] {
  const result = [...elements];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = choose(last + 1);
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}
