/** Files of journals: whole or not there, and one process's alone. */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { withLock } from "../simulation/process/lock.ts";

/** Written beside it and renamed: a process that is killed leaves the old one or the new one. */
export function writeJournalFile(file: string, content: object): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, JSON.stringify(content), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export interface JournalClaim<Journal extends object> {
  readonly read: (file: string) => Journal | undefined;
  /** What was there when it was decided; nothing where there was none. */
  readonly looked: Journal | undefined;
  readonly own: Journal;
}

/**
 * Writes the journal of who begins, or goes on: of several who saw the same at the same time one gets it.
 * @returns whether it is written; it is not where something else is there by now.
 */
export async function claimJournalFile<Journal extends object>(
  file: string,
  { read, looked, own }: JournalClaim<Journal>,
): Promise<boolean> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  return await withLock(`${file}.lock`, () => {
    const same = isDeepStrictEqual(read(file), looked);
    if (same) writeJournalFile(file, own);
    return Promise.resolve(same);
  });
}
