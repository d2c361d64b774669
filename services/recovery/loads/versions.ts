/** Which version of each object of a mirrored bucket was there at a point in time. */
import type { BackupBucket, StoredObject } from "../bucket.ts";
import type { LoadPlanOf } from "../load-plan.ts";
import { timeOf } from "../stores/dumps.ts";

type Plan = LoadPlanOf<"object-store">;

export interface Version extends StoredObject {
  /** Name in the store. */
  readonly name: string;
}

/** When the store got the object: what rclone wrote down; nothing where it did not. */
export function modifiedOf(metadata: Readonly<Record<string, string>>): Date | undefined {
  const { mtime } = metadata;
  return mtime === undefined ? undefined : new Date(Number(mtime) * 1000);
}

/**
 * Of each object the newest version that the store had got by then. What a run of the mirror moved aside after the time
 * may have been there at it; what one moved aside before was not any more.
 */
export async function versionsAt(
  { folder, current, changed }: Plan,
  name: string,
  at: Date,
  bucket: BackupBucket,
): Promise<readonly Version[]> {
  const runs = (await bucket.folders(`${folder}/${changed}`)).filter(
    (run) => (timeOf(run)?.getTime() ?? 0) > at.getTime(),
  );
  // Newest first.
  const places = [
    `${folder}/${current}/${name}`,
    ...runs.reverse().map((run) => `${folder}/${changed}/${run}/${name}`),
  ];
  const candidates = new Map<string, Version[]>();
  for (const place of places)
    for (const object of await bucket.list(place)) {
      const key = object.key.slice(place.length + 1);
      candidates.set(key, [...(candidates.get(key) ?? []), { ...object, name: key }]);
    }
  const found: Version[] = [];
  for (const versions of candidates.values()) {
    for (const version of versions) {
      if (!(await wasThere(version, places[0] ?? "", at, bucket))) continue;
      found.push(version);
      break;
    }
  }
  return found;
}

async function wasThere(version: Version, mirror: string, at: Date, bucket: BackupBucket): Promise<boolean> {
  // The mirror got it no earlier than the store did.
  if (version.changed <= at) return true;
  const modified = modifiedOf((await bucket.head(version.key)).metadata);
  // Without that time: what was moved aside later had been there; of what is in the mirror nobody knows.
  return modified === undefined ? !version.key.startsWith(`${mirror}/`) : modified <= at;
}
