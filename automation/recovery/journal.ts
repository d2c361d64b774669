/** The journal of a restore that is under way: what is done, and what was before, so that it can go on or be given up. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { isAlive, ownIdentity } from "../../simulation/process/identity.ts";
import { declined } from "../exit.ts";
import { claimJournalFile, writeJournalFile } from "../journal-file.ts";

const point = z.strictObject({
  at: z.string(),
  latest: z.boolean().optional(),
  from: z.string().optional(),
});

const journalSchema = z.strictObject({
  version: z.literal(1),
  stack: z.string(),
  platform: z.string(),
  /** Point in time, or `latest`: `momentOf` has what that means. */
  at: z.string(),
  to: z.string(),
  /** The one of the platform's namespaces that is restored; left out: all. */
  namespace: z.string().optional(),
  /** Stores whose dumps or mirrors alone are loaded; left out: the whole platform. */
  stores: z.array(z.string()).optional(),
  /** Names of objects follow from it: a run that goes on asks for the same ones. */
  begun: z.string(),
  done: z.array(z.string()),
  /** Where servers are to begin, by name. Once it is in the settings, they would give another one. */
  points: z.record(z.string(), point).optional(),
  /** What the settings said before, of the servers of which they said anything. */
  before: z.record(z.string(), point).optional(),
  /** Whether a commit may have been made. */
  publishing: z.boolean().optional(),
  /** The commit with the settings. */
  commit: z.string().optional(),
  /** Steps that may have changed data: an interrupted one leaves nothing in `done`. */
  touched: z.array(z.string()).optional(),
  /** The automated sync of Argo CD's Applications that was paused, as it was, by name. */
  automated: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  process: z.strictObject({ pid: z.int(), started: z.string() }),
});

/** A point in time, as `RecoverySpec`. */
export type Point = z.infer<typeof point>;
/** By a server's name; nothing for one: that the settings say nothing of it. */
export type Points = Readonly<Record<string, Point | undefined>>;
export type RestoreJournal = z.infer<typeof journalSchema>;
export type Asked = Pick<RestoreJournal, "stack" | "platform" | "at" | "to" | "namespace" | "stores">;

/** A journal and the file that always has its latest text. */
export interface KeptJournal {
  readonly now: () => RestoreJournal;
  readonly keep: (change: Partial<RestoreJournal>) => void;
}

/** Path of the journal in the folder of a stack's runs. */
export const journalIn = (folder: string): string => join(folder, "restore.json");

/** The restore that is under way, or was left unfinished; nothing where there is none. */
export function readRestoreJournal(file: string): RestoreJournal | undefined {
  try {
    return journalSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

export function writeRestoreJournal(file: string, journal: RestoreJournal): void {
  writeJournalFile(file, journal);
}

export function removeRestoreJournal(file: string): void {
  rmSync(file, { force: true });
}

/** @param file left out: it is kept in memory alone, where nothing is carried out. */
export function keptIn(file: string | undefined, begun: RestoreJournal): KeptJournal {
  let journal = begun;
  const keep = (change: Partial<RestoreJournal>): void => {
    journal = { ...journal, ...change };
    if (file !== undefined) writeRestoreJournal(file, journal);
  };
  return { now: () => journal, keep };
}

/**
 * Takes the stack for a restore that was looked at before: the answer may have taken hours, and of several one gets it.
 * @param looked what `begin` or `unfinished` returned.
 * @throws CommandError (declined) where another process restores, or has, meanwhile.
 */
export async function claimed(file: string, looked: RestoreJournal): Promise<KeptJournal> {
  const process = ownIdentity();
  const own = { ...looked, process };
  const there = isDeepStrictEqual(looked.process, process) ? undefined : looked;
  if (await claimJournalFile(file, { read: readRestoreJournal, looked: there, own }))
    return keptIn(file, own);
  const other = readRestoreJournal(file);
  if (other !== undefined) refuseAlive(other);
  throw declined(
    `Another restore began meanwhile${other === undefined ? "" : `: ${commandOf(other)}`}. Nothing was changed.`,
    "Run the command again: it tells what became of it.",
  );
}

/** The command that a restore was asked for with. */
export function commandOf({ stack, platform, at, to, namespace, stores = [] }: Asked): string {
  const only = [
    ...(namespace === undefined ? [] : [` --namespace ${namespace}`]),
    ...stores.map((store) => ` --store ${store}`),
  ].join("");
  return `restore ${platform} --stack ${stack} --at ${at} --to ${to}${only}`;
}

/** The command that gives it up. */
export function abortionOf({ stack, platform }: Pick<Asked, "stack" | "platform">): string {
  return `./quint restore ${platform} --abort --stack ${stack}`;
}

/** What is told of a restore that another process began; nothing where there is none. */
export function unfinishedRestore(found: RestoreJournal | undefined): string | undefined {
  const own = ownIdentity();
  if (found === undefined || found.process.pid === own.pid) return undefined;
  const paused = Object.keys(found.automated ?? {});
  const sync = paused.length === 0 ? "" : ` Argo CD's automated sync of ${paused.join(", ")} is paused.`;
  return isAlive(found.process)
    ? `Under way (process ${found.process.pid}): ${commandOf(found)}.${sync}`
    : `Unfinished: ${commandOf(found)}, begun at ${found.begun}.${sync} The same command finishes it, ` +
        `\`${abortionOf(found)}\` gives it up.`;
}

/**
 * The journal to go on with: the one of the interrupted run that was asked for the same, or a new one. Nothing is written: it is
 * `claimed` once the restore begins.
 * @throws CommandError (declined) while another process restores, or another restore is unfinished.
 */
export function begin(file: string, asked: Asked, now: Date): RestoreJournal {
  const found = readRestoreJournal(file);
  if (found === undefined)
    return { version: 1, ...asked, begun: now.toISOString(), done: [], process: ownIdentity() };
  refuseAlive(found);
  if (commandOf(found) !== commandOf(asked)) {
    throw declined(
      `Unfinished: ${commandOf(found)}, begun at ${found.begun}. Nothing was changed.`,
      `The same command finishes it. To give it up: ${abortionOf(found)}`,
    );
  }
  return found;
}

/**
 * The journal of a restore that is to be given up.
 * @throws CommandError (declined) where there is none of the platform, and while a process is at it.
 */
export function unfinished(file: string, platform: string): RestoreJournal {
  const found = readRestoreJournal(file);
  if (found === undefined) throw declined(`No restore of ${platform} is unfinished. Nothing was changed.`);
  refuseAlive(found);
  if (found.platform !== platform)
    throw declined(
      `The restore that is unfinished is one of ${found.platform}: ${commandOf(found)}. Nothing was changed.`,
      abortionOf(found),
    );
  return found;
}

function refuseAlive(found: RestoreJournal): void {
  if (found.process.pid === ownIdentity().pid || !isAlive(found.process)) return;
  throw declined(
    `Under way (process ${found.process.pid}): ${commandOf(found)}.`,
    "Wait until it has ended, or interrupt that process.",
  );
}
