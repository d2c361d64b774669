/** Random strings: RandomString and RandomPassword. */
import { oneOf, shuffled } from "./entropy.ts";

/** What a string is made of; the defaults are filled in. */
export interface TextOptions {
  /** In characters. */
  readonly length: number;
  readonly lower: boolean;
  readonly upper: boolean;
  readonly numeric: boolean;
  readonly special: boolean;
  readonly minLower: number;
  readonly minUpper: number;
  readonly minNumeric: number;
  readonly minSpecial: number;
  /** The special characters to choose from; empty for the default ones. */
  readonly overrideSpecial: string;
}

const lowerCharacters = "abcdefghijklmnopqrstuvwxyz";
const upperCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const numericCharacters = "0123456789";
const specialCharacters = "!@#$%&*()-_=+[]{}<>:?";

/** Code points, as the official provider counts them: a character outside of the basic plane is one. */
const characters = (text: string): string[] => Array.from(text);

/** What is wrong with the options, by property; all of it. */
export function textProblems(options: TextOptions): readonly { property: string; reason: string }[] {
  const problems: { property: string; reason: string }[] = [];
  const minimum = options.minLower + options.minUpper + options.minNumeric + options.minSpecial;
  if (!(options.length >= 1)) {
    problems.push({
      property: "length",
      reason: `expected length to be at least (1), got (${options.length})`,
    });
  }
  if (options.length < minimum) {
    problems.push({
      property: "length",
      reason:
        `expected length (${options.length}) to be at least the sum of minUpper, minLower, minNumeric and ` +
        `minSpecial (${minimum})`,
    });
  }
  if (!options.lower && !options.upper && !options.numeric && !options.special) {
    problems.push({
      property: "numeric",
      reason: "at least one of special, upper, lower and numeric must be true: the character set is empty",
    });
  }
  return problems;
}

/**
 * A random string: the minimum of each kind, the rest from all kinds that are switched on, in a random order. A
 * minimum counts also for a kind that is switched off.
 */
export function randomText(options: TextOptions): string {
  const special = options.overrideSpecial === "" ? specialCharacters : options.overrideSpecial;
  const kinds = [
    { on: options.upper, set: characters(upperCharacters), minimum: options.minUpper },
    { on: options.lower, set: characters(lowerCharacters), minimum: options.minLower },
    { on: options.numeric, set: characters(numericCharacters), minimum: options.minNumeric },
    { on: options.special, set: characters(special), minimum: options.minSpecial },
  ];
  const all = kinds.flatMap(({ on, set }) => (on ? set : []));
  const chosen = kinds.flatMap(({ set, minimum }) => draw(set, minimum));
  return shuffled([...chosen, ...draw(all, options.length - chosen.length)]).join("");
}

function draw(set: readonly string[], number: number): string[] {
  return Array.from({ length: number }, () => oneOf(set));
}
