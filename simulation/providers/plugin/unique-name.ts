/** Names for what the program does not name. */
import { createHash, randomBytes } from "node:crypto";

/** Hexadecimal digits after the prefix: as many as the engine's own names have. */
const digits = 7;

/**
 * `prefix` and 7 hexadecimal digits. With a seed the name depends on nothing but prefix and seed, so that the update
 * creates the object that the preview announced.
 */
export function uniqueName(prefix: string, seed: Uint8Array = new Uint8Array()): string {
  const bytes =
    seed.length > 0 ? createHash("sha256").update(prefix).update(seed).digest() : randomBytes(digits);
  return prefix + bytes.toString("hex").slice(0, digits);
}
