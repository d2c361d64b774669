/** Which backup of a store is the newest one that ended, and what it recorded. */
import type { BackupBucket, StoredObject } from "./bucket.ts";
import { parseContents, type Contents } from "./contents.ts";
import { messageOf, RecoveryFailure } from "./failure.ts";

/** A backup as it lies in the bucket. */
export interface Backup {
  readonly id: string;
  /** When the last of it was written. */
  readonly changed: Date;
  /** Size in the bucket, without the log. */
  readonly bytes: number;
  /** Why it is not whole; left out: it is. */
  readonly halfWritten?: string;
}

export interface RecordedBackup extends Backup {
  readonly contents: Contents;
}

/** What the objects of a backup say of it. */
export function extentOf(objects: readonly StoredObject[]): Pick<Backup, "changed" | "bytes"> {
  return {
    changed: new Date(Math.max(0, ...objects.map((object) => object.changed.getTime()))),
    bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** Where the contents of a backup are recorded. */
export function contentsKey(folder: string, backup: string): string {
  return `${folder}/contents/${backup}.json`;
}

/** What a backup recorded; nothing where it never did. @throws RecoveryFailure where the record is damaged. */
export async function contentsOf(
  bucket: BackupBucket,
  folder: string,
  backup: string,
): Promise<Contents | undefined> {
  const key = contentsKey(folder, backup);
  const there = await bucket.list(`${folder}/contents`);
  if (!there.some((object) => object.key === key)) return undefined;
  try {
    return parseContents(await bucket.text(key));
  } catch (error) {
    if (error instanceof RecoveryFailure) throw error;
    throw new RecoveryFailure(`${key}, which says what the backup holds, is damaged: ${messageOf(error)}`);
  }
}

/**
 * The newest backup that is whole and recorded. One that is neither is passed over while it may still be under way, and
 * is a failure afterwards: an older backup must not hide it.
 *
 * @param backups of the store, in any order.
 * @throws RecoveryFailure where there is none.
 */
export async function newestRecorded(
  bucket: BackupBucket,
  folder: string,
  backups: readonly Backup[],
  settleSeconds: number,
): Promise<RecordedBackup> {
  const newestFirst = [...backups].sort((one, other) => (one.id < other.id ? 1 : -1));
  for (const backup of newestFirst) {
    const settling = Date.now() - backup.changed.getTime() < settleSeconds * 1000;
    const contents = await contentsOf(bucket, folder, backup.id);
    if (backup.halfWritten === undefined && contents !== undefined) return { ...backup, contents };
    if (settling) continue;
    throw new RecoveryFailure(
      backup.halfWritten === undefined
        ? `the backup ${backup.id} has no record of what it holds (${contentsKey(folder, backup.id)}): nothing to compare with`
        : `the backup ${backup.id} is half-written: ${backup.halfWritten}`,
    );
  }
  throw new RecoveryFailure(
    newestFirst.length === 0
      ? `there is no backup below ${folder}/`
      : `no backup below ${folder}/ is whole and recorded yet`,
  );
}
