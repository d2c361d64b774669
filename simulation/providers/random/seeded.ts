/** Numbers that a seed determines, for the inputs `seed` of RandomInteger and RandomShuffle. Not for secrets. */
import { createHash } from "node:crypto";

/**
 * A source of whole numbers below a limit. The same seed gives the same numbers with this stand-in; the official
 * provider's generator gives others, and promises none of them from version to version either.
 */
export function seededChoice(seed: string): (limit: number) => number {
  let counter = 0;
  const next = (): number => {
    const digest = createHash("sha256").update(`${counter}:${seed}`).digest();
    counter += 1;
    return digest.readUIntBE(0, 6);
  };
  return (limit) => {
    // Numbers past the last multiple of the limit would make the first results likelier than the others.
    const bound = 2 ** 48 - (2 ** 48 % limit);
    for (;;) {
      const number = next();
      if (number < bound) return number % limit;
    }
  };
}
