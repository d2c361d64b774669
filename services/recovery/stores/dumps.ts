/** Dumps: a folder `<time>/` each, with the files and a manifest that is written last. */
import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { z } from "zod";
import { contentsOf, extentOf, newestRecorded, type Backup, type RecordedBackup } from "../backups.ts";
import type { BackupBucket } from "../bucket.ts";
import type { Contents, Parts } from "../contents.ts";
import { messageOf, RecoveryFailure } from "../failure.ts";
import type { PlannedStoreOf } from "../plan.ts";
import type { StoreContext } from "./store.ts";

export type DumpedStore = PlannedStoreOf<"valkey"> | PlannedStoreOf<"neo4j"> | PlannedStoreOf<"kafka">;

const manifest = z.object({
  taken: z.iso.datetime(),
  files: z.array(z.object({ name: z.string(), bytes: z.int(), sha256: z.string() })),
});
const manifestFile = "manifest.json";
const timeOfDump = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

export type DumpManifest = z.infer<typeof manifest>;

/** The time in the name of a dump, or of a run of a mirror; nothing where it is another name. */
export function timeOf(id: string): Date | undefined {
  return timeOfDump.test(id) ? new Date(id.replace(timeOfDump, "$1-$2-$3T$4:$5:$6Z")) : undefined;
}

/**
 * The newest whole dump that is not younger than a time.
 * @throws RecoveryFailure where there is none.
 */
export async function dumpAt(
  { folder }: Pick<DumpedStore, "folder">,
  at: Date,
  { bucket, report }: Pick<StoreContext, "bucket" | "report">,
): Promise<string> {
  const times = (await bucket.folders(folder)).filter(
    (id) => (timeOf(id)?.getTime() ?? Infinity) <= at.getTime(),
  );
  for (const id of times.reverse()) {
    const objects = await bucket.list(`${folder}/${id}`);
    if (objects.some(({ key }) => key === `${folder}/${id}/${manifestFile}`)) return id;
    report(`${id} is half-written: it has no ${manifestFile}`);
  }
  throw new RecoveryFailure(`there is no whole dump from before ${at.toISOString()} below ${folder}/`);
}

async function dumpsOf(bucket: BackupBucket, { folder }: DumpedStore): Promise<readonly Backup[]> {
  const times = (await bucket.folders(folder)).filter((name) => timeOf(name) !== undefined);
  return Promise.all(
    times.slice(-4).map(async (id): Promise<Backup> => {
      const objects = await bucket.list(`${folder}/${id}`);
      const extent = extentOf(objects);
      return objects.some(({ key }) => key === `${folder}/${id}/${manifestFile}`)
        ? { id, ...extent }
        : { id, ...extent, halfWritten: `it has no ${manifestFile}, which is written last` };
    }),
  );
}

/** The dump that a drill restores. */
export async function newestDump(
  store: DumpedStore,
  { bucket, plan }: StoreContext,
): Promise<RecordedBackup> {
  return newestRecorded(bucket, store.folder, await dumpsOf(bucket, store), plan.settleSeconds);
}

/**
 * What the newest whole dump holds; nothing where it is recorded already, or there is none.
 * @param partsOf reads a dump, by its name.
 */
export async function recordOfNewest(
  store: DumpedStore,
  { bucket }: StoreContext,
  partsOf: (id: string) => Promise<Parts>,
): Promise<Contents | undefined> {
  const newest = (await dumpsOf(bucket, store)).filter(({ halfWritten }) => halfWritten === undefined).at(-1);
  if (newest === undefined || (await contentsOf(bucket, store.folder, newest.id)) !== undefined)
    return undefined;
  const { taken } = await manifestOf(bucket, store, newest.id);
  const parts = await partsOf(newest.id);
  return { version: 1, store: store.name, kind: store.kind, backup: newest.id, taken, parts };
}

export async function manifestOf(
  bucket: BackupBucket,
  { folder }: Pick<DumpedStore, "folder">,
  id: string,
): Promise<DumpManifest> {
  const key = `${folder}/${id}/${manifestFile}`;
  const text = await bucket.text(key);
  try {
    return manifest.parse(JSON.parse(text));
  } catch (error) {
    throw new RecoveryFailure(`${key} is damaged: ${messageOf(error)}`);
  }
}

/**
 * Fetches the dump, holds it against its manifest, and unpacks it.
 * @returns path of the unpacked file.
 */
export async function fetchDump(
  store: Pick<DumpedStore, "folder" | "file">,
  id: string,
  { files }: DumpManifest,
  { bucket, folder, signal }: Pick<StoreContext, "bucket" | "folder" | "signal">,
): Promise<string> {
  const expected = files.find(({ name }) => name === store.file);
  if (expected === undefined)
    throw new RecoveryFailure(`the manifest of the dump ${id} does not name ${store.file}`);
  const packed = join(folder, store.file);
  const got = await bucket.download(`${store.folder}/${id}/${store.file}`, packed, signal);
  if (got.bytes !== expected.bytes || got.sha256 !== expected.sha256) {
    throw new RecoveryFailure(
      `${store.file} of the dump ${id} is damaged: ${got.bytes} bytes of ${expected.bytes}, SHA-256 ` +
        `${got.sha256.slice(0, 12)}… in place of ${expected.sha256.slice(0, 12)}…`,
    );
  }
  if (!packed.endsWith(".gz")) return packed;
  const unpacked = packed.slice(0, -".gz".length);
  await pipeline(createReadStream(packed), createGunzip(), createWriteStream(unpacked), { signal });
  return unpacked;
}
