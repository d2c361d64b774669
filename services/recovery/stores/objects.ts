/** A mirror of buckets: every object is fetched and hashed, as a copy back into a store would. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { contentsOf, extentOf, newestRecorded, type Backup } from "../backups.ts";
import type { BackupBucket, StoredObject } from "../bucket.ts";
import { Tally, type Part, type Parts } from "../contents.ts";
import type { PlannedStoreOf } from "../plan.ts";
import type { StoreContext, StoreRecovery } from "./store.ts";

type Store = PlannedStoreOf<"object-store">;

/** Written by the mirror at the end of each of its runs, and removed at the beginning. */
const manifestFile = "manifest.json";

export const objects: StoreRecovery<Store> = {
  restore: async (store, context) => {
    const { bucket, plan } = context;
    const backups = await mirrorOf(bucket, store);
    const { id, bytes, contents } = await newestRecorded(bucket, store.folder, backups, plan.settleSeconds);
    const began = performance.now();
    const restored = await partsOf(store, context);
    return {
      backup: id,
      bytes,
      newest: new Date(contents.taken),
      seconds: (performance.now() - began) / 1000,
      recorded: contents.parts,
      restored,
    };
  },
  record: async (store, context) => {
    const { bucket } = context;
    const [mirror] = await mirrorOf(bucket, store);
    if (mirror?.halfWritten !== undefined || mirror === undefined) return undefined;
    if ((await contentsOf(bucket, store.folder, mirror.id)) !== undefined) return undefined;
    const parts = await partsOf(store, context);
    const taken = mirror.changed.toISOString();
    return { version: 1, store: store.name, kind: store.kind, backup: mirror.id, taken, parts };
  },
};

/** The mirror is one backup, named after its last run. */
async function mirrorOf(bucket: BackupBucket, { folder, current }: Store): Promise<readonly Backup[]> {
  const key = `${folder}/${manifestFile}`;
  const all = await bucket.list(folder);
  const manifest = all.find((object) => object.key === key);
  const copied = all.filter((object) => object.key.startsWith(`${folder}/${current}/`));
  const { changed, bytes } = extentOf(copied);
  if (manifest !== undefined) return [{ id: idOf(manifest.changed), changed: manifest.changed, bytes }];
  if (copied.length === 0) return [];
  return [
    {
      id: idOf(changed),
      changed,
      bytes,
      halfWritten: `it has no ${manifestFile}, which the mirror writes last`,
    },
  ];
}

const idOf = (time: Date): string => `${time.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;

async function partsOf(store: Store, context: StoreContext): Promise<Parts> {
  const parts: Record<string, Part> = {};
  for (const bucket of store.buckets) {
    const below = `${store.folder}/${store.current}/${bucket}`;
    parts[bucket] = await partOf(await context.bucket.list(below), below, context);
  }
  return parts;
}

async function partOf(
  stored: readonly StoredObject[],
  below: string,
  { bucket, folder, signal }: StoreContext,
): Promise<Part> {
  const tally = new Tally();
  const file = join(folder, "object");
  for (const { key } of stored) {
    const { bytes, sha256 } = await bucket.download(key, file, signal);
    tally.add(key.slice(below.length + 1), String(bytes), sha256);
  }
  rmSync(file, { force: true });
  return tally.part();
}
