/** Keeps secret values out of messages. */
import { isMap, isSecret, type Value } from "./values.ts";

/** Shorter strings are words that a message may contain by chance ("true", "80"). */
const shortest = 5;

/** Every string inside a secret. */
function secretStrings(value: Value, inSecret: boolean, found: Set<string>): Set<string> {
  if (isSecret(value)) secretStrings(value.reveal(), true, found);
  else if (Array.isArray(value)) for (const element of value) secretStrings(element, inSecret, found);
  else if (isMap(value)) for (const element of Object.values(value)) secretStrings(element, inSecret, found);
  else if (inSecret && typeof value === "string" && value.length >= shortest) found.add(value);
  return found;
}

/** The message with every secret string of `values` replaced by `[secret]`: API servers quote what they refuse. */
export function redacted(message: string, ...values: readonly Value[]): string {
  const strings = values.flatMap((value) => [...secretStrings(value, false, new Set())]);
  // The longest first, or a part of a longer secret would leave the rest of it readable.
  return strings
    .sort((left, right) => right.length - left.length)
    .reduce((text, secret) => text.replaceAll(secret, "[secret]"), message);
}
