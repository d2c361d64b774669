/** The journal of a restore that is under way: which of its steps are done, so that an interrupted one can go on. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { isAlive, ownIdentity } from "../../simulation/process/identity.ts";
import { declined } from "../exit.ts";

const journalSchema = z.strictObject({
  version: z.literal(1),
  platform: z.string(),
  at: z.string(),
  to: z.string(),
  /** Names of objects follow from it: a run that goes on asks for the same ones. */
  begun: z.string(),
  done: z.array(z.string()),
  process: z.strictObject({ pid: z.int(), started: z.string() }),
});

export type RestoreJournal = z.infer<typeof journalSchema>;
type Asked = Pick<RestoreJournal, "platform" | "at" | "to">;

/** Path of the journal in the folder of a stack's runs. */
export const journalIn = (folder: string): string => join(folder, "restore.json");

function readRestoreJournal(file: string): RestoreJournal | undefined {
  try {
    return journalSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Written beside it and renamed: a process that is killed leaves the old one or the new one. */
export function writeRestoreJournal(file: string, journal: RestoreJournal): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, JSON.stringify(journal), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function removeRestoreJournal(file: string): void {
  rmSync(file, { force: true });
}

/**
 * The journal to go on with: the one of the interrupted run that was asked for the same, or a new one.
 * @throws CommandError (declined) while another process restores, or another restore is unfinished.
 */
export function begin(file: string, asked: Asked, now: Date): RestoreJournal {
  const found = readRestoreJournal(file);
  const own = ownIdentity();
  if (found === undefined) return { version: 1, ...asked, begun: now.toISOString(), done: [], process: own };
  const words = `restore ${found.platform} --at ${found.at} --to ${found.to}`;
  if (found.process.pid !== own.pid && isAlive(found.process))
    throw declined(`Under way (process ${found.process.pid}): ${words}.`, "Wait until it has ended.");
  if (found.platform !== asked.platform || found.at !== asked.at || found.to !== asked.to) {
    throw declined(
      `Unfinished: ${words}, begun at ${found.begun}. Nothing was changed.`,
      `The same command finishes it. To give it up, remove ${file}.`,
    );
  }
  return { ...found, process: own };
}
