/**
 * Objects of a mirror, copied back into the buckets of the store that is there. An object that is newer there stays, unless
 * it may be lost; nothing is deleted. Each is held against its hash before it is written, so a damaged one changes nothing.
 */
import { createHash } from "node:crypto";
import { RecoveryFailure } from "../failure.ts";
import type { LoadPlanOf } from "../load-plan.ts";
import type { Load, LoadContext } from "./load.ts";
import { TargetBucket, type Present } from "./target-bucket.ts";
import { modifiedOf, versionsAt, type Version } from "./versions.ts";

/** Objects that are copied at the same time. */
const atOnce = 8;
/** Larger ones come and go in parts of so many bytes: S3 takes 10,000 of them. */
const partBytes = 64 * 1024 ** 2;
/** Most objects that a sentence names. */
const named = 5;

interface Tallied {
  copied: number;
  bytes: number;
  same: number;
  readonly newer: string[];
  readonly damaged: string[];
}

export const loadObjects: Load<LoadPlanOf<"object-store">> = async (plan, context) => {
  const found: Tallied = { copied: 0, bytes: 0, same: 0, newer: [], damaged: [] };
  for (const name of plan.buckets) {
    const versions = await versionsAt(plan, name, context.at, context.bucket);
    const target = new TargetBucket(name, plan, context.secret);
    try {
      const there = await target.list();
      context.report(
        `${name}: ${versions.length} objects at ${context.at.toISOString()}, ${there.size} there now`,
      );
      await eachOf(versions, async (version) => {
        context.signal.throwIfAborted();
        await bringBack(version, there.get(version.name), target, context, found);
      });
    } finally {
      target.close();
    }
  }
  const words = [
    `${found.copied} objects (${found.bytes} bytes) copied, ${found.same} were there as they were`,
    ...(found.newer.length === 0
      ? []
      : [`${found.newer.length} are newer there and stay without --force: ${few(found.newer)}`]),
  ].join("; ");
  if (found.damaged.length > 0)
    throw new RecoveryFailure(
      `${found.damaged.length} damaged objects were not copied: ${few(found.damaged)}; ${words}`,
    );
  return words;
};

async function eachOf<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = iterator.next(); next.done !== true; next = iterator.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

function few(names: readonly string[]): string {
  const rest = names.length - named;
  return rest > 0 ? `${names.slice(0, named).join(", ")} and ${rest} more` : names.join(", ");
}

async function bringBack(
  version: Version,
  there: Present | undefined,
  target: TargetBucket,
  { bucket, force }: LoadContext,
  found: Tallied,
): Promise<void> {
  // The mirror got it after the store did: one that the store has not touched since is the same.
  if (there?.bytes === version.bytes && there.changed <= version.changed) {
    found.same += 1;
    return;
  }
  const head = await bucket.head(version.key);
  const modified = modifiedOf(head.metadata) ?? version.changed;
  const metadata = { ...head.metadata, mtime: head.metadata.mtime ?? String(modified.getTime() / 1000) };
  if (there !== undefined && there.changed > modified) {
    // A run before this one may have written it.
    if (there.bytes === version.bytes && (await target.metadata(version.name)).mtime === metadata.mtime) {
      found.same += 1;
      return;
    }
    if (!force) {
      found.newer.push(`${target.name}/${version.name}`);
      return;
    }
  }
  const kind = { metadata, contentType: head.contentType };
  const whole = await (version.bytes <= partBytes ? inOne : inParts)(version, head.md5, target, kind, bucket);
  if (!whole) {
    found.damaged.push(version.key);
    return;
  }
  found.copied += 1;
  found.bytes += version.bytes;
}

type Copy = (
  version: Version,
  md5: string | undefined,
  target: TargetBucket,
  kind: { readonly metadata: Record<string, string>; readonly contentType: string | undefined },
  bucket: LoadContext["bucket"],
) => Promise<boolean>;

const inOne: Copy = async ({ key, name, bytes }, md5, target, kind, bucket) => {
  const body = await bucket.part(key, 0, bytes);
  const hash = createHash("md5").update(body);
  if (body.length !== bytes || (md5 !== undefined && hash.copy().digest("hex") !== md5)) return false;
  await target.put(name, body, hash.digest("base64"), kind);
  return true;
};

/** The object appears once all of it is there. */
const inParts: Copy = async ({ key, name, bytes }, md5, target, kind, bucket) => {
  const hash = createHash("md5");
  return target.putParts(name, kind, async (send) => {
    for (let from = 0; from < bytes; from += partBytes) {
      const wanted = Math.min(partBytes, bytes - from);
      const body = await bucket.part(key, from, wanted);
      if (body.length !== wanted) return false;
      hash.update(body);
      await send(body);
    }
    return md5 === undefined || hash.digest("hex") === md5;
  });
};
