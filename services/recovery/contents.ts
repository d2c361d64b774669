/**
 * What a backup holds, as counts and hashes by part (a table, a bucket, the keys of a database): recorded when the backup
 * is made, compared when it is restored. Hashes do not depend on the order of what is hashed.
 */
import { createHash } from "node:crypto";
import { z } from "zod";

const part = z.strictObject({
  /** Rows, keys or objects. */
  count: z.int().min(0),
  hash: z.string(),
  /** Unix time in milliseconds after which the part may be gone by itself. */
  expires: z.int().optional(),
});

const contentsSchema = z.strictObject({
  version: z.literal(1),
  store: z.string(),
  kind: z.string(),
  /** The backup that this is about, by its own name. */
  backup: z.string(),
  /** When the data was as it is recorded. */
  taken: z.iso.datetime(),
  /** Where in the write-ahead log that was. */
  position: z.string().optional(),
  parts: z.record(z.string(), part),
});

export type Contents = z.infer<typeof contentsSchema>;
export type Part = z.infer<typeof part>;
export type Parts = Readonly<Record<string, Part>>;

/** @throws ZodError for anything else, e.g. one that was cut off. */
export function parseContents(text: string): Contents {
  return contentsSchema.parse(JSON.parse(text));
}

/** Most differences that a reason names; the rest is a number. */
const named = 5;

/** How the restored parts differ from the recorded ones, as sentences; empty where they do not. */
export function differences(recorded: Parts, restored: Parts, now = Date.now()): readonly string[] {
  const standing = Object.entries(recorded).filter(
    ([, { expires }]) => expires === undefined || expires > now,
  );
  const found = standing.flatMap(([name, { count, hash }]): string[] => {
    const other = restored[name];
    if (other === undefined) return count === 0 ? [] : [`${name} is missing (${count} recorded)`];
    if (other.count !== count) return [`${name} has ${other.count} of ${count} recorded`];
    return other.hash === hash ? [] : [`${name} has the recorded count of ${count}, but other content`];
  });
  const more = Object.entries(restored).flatMap(([name, { count, expires }]) =>
    recorded[name] === undefined && count > 0 && expires === undefined ? [`${name} was not recorded`] : [],
  );
  const all = [...found, ...more];
  return all.length <= named ? all : [...all.slice(0, named), `and ${all.length - named} more`];
}

/** Adds things up to a hash that is the same in any order. */
export class Tally {
  count = 0;
  readonly #sums = [0n, 0n];

  add(...things: readonly (string | Uint8Array)[]): void {
    const hash = createHash("sha256");
    // Lengths first: "ab", "c" is not "a", "bc".
    for (const thing of things) hash.update(`${thing.length}:`).update(thing);
    const digest = hash.digest();
    this.count += 1;
    this.#sums.forEach((sum, index) => {
      this.#sums[index] = BigInt.asUintN(128, sum + digest.readBigUInt64BE(index * 8));
    });
  }

  part(): Part {
    return { count: this.count, hash: this.#sums.map((sum) => sum.toString(16)).join("-") };
  }
}
