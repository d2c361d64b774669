/** The journal of an operation that is under way: what it needs to be finished, or undone, by another process. */
import { readFileSync, rmSync } from "node:fs";
import { z } from "zod";
import { isAlive, ownIdentity } from "../../simulation/process/identity.ts";
import { declined } from "../exit.ts";
import { claimJournalFile, writeJournalFile } from "../journal-file.ts";
import { deliveryRecord } from "./record.ts";

/** A state of the stack file that the operation arrives at, one after the other. */
const stage = z.strictObject({
  /** As the record's `step`. */
  step: z.string(),
  text: z.string().describe("Text of the stack file."),
  /** Whether the four triggers are watched afterwards. */
  watched: z.boolean(),
});

const journal = z.strictObject({
  version: z.literal(1),
  /** What every step's record has in common. */
  record: deliveryRecord.omit({ step: true, result: true, because: true, commit: true, serving: true }),
  /** What was asked for: the same command with the same words goes on with it. */
  request: z.string(),
  file: z.string().describe("Path of the stack file."),
  /** Text of the stack file before the operation. */
  before: z.string(),
  stages: z.array(stage).min(1),
  /** Text that takes it back after a trigger; left out: `before`. */
  fallback: z.string().optional(),
  /** Namespaces whose servers and metrics are the verdict. */
  namespaces: z.array(z.string()),
  /** Whether what fails is taken back; a rollback that fails stays where it is. */
  takesBack: z.boolean(),
  /** Stages that are done. */
  done: z.int().min(0),
  /** Whether it is being taken back. */
  undoing: z.boolean(),
  process: z.strictObject({ pid: z.int(), started: z.string() }),
});

export type Journal = z.infer<typeof journal>;
export type Stage = Journal["stages"][number];

/** The process that writes. */
export function thisProcess(): Journal["process"] {
  return ownIdentity();
}

/** Whether the process that wrote it is still at work. */
function isUnderWay({ process: writer }: Journal): boolean {
  return writer.pid !== process.pid && isAlive(writer);
}

/** The operation that is under way, or was left unfinished; nothing where there is none. */
export function readJournal(file: string): Journal | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return journal.parse(JSON.parse(text));
}

export function writeJournal(file: string, content: Journal): void {
  writeJournalFile(file, content);
}

/**
 * Writes the journal of an operation that begins, or goes on. Of several that were asked for at the same time one gets the
 * stack.
 * @param looked the unfinished one that it goes on with, as it was read; left out: there was none.
 * @throws CommandError (declined) where another one was quicker.
 */
export async function claimJournal(file: string, content: Journal, looked?: Journal): Promise<void> {
  if (await claimJournalFile(file, { read: readJournal, looked, own: content })) return;
  const other = readJournal(file);
  refuseUnderWay(other);
  throw declined(
    `Another operation began meanwhile${other === undefined ? "" : `: ${journalLine(other)}`}. Nothing was changed.`,
    "Run the command again: it tells what became of it.",
  );
}

export function removeJournal(file: string): void {
  rmSync(file, { force: true });
}

/** One line about an operation: what, and since when. */
export function journalLine({ record }: Journal): string {
  const { kind, platform, to, who, started } = record;
  return `${kind} ${platform}${to === undefined ? "" : ` to ${to}`}, begun by ${who} at ${started}`;
}

/** What is told of an operation that another process began; nothing where there is none. */
export function unfinishedLine(found: Journal | undefined): string | undefined {
  if (found === undefined || found.process.pid === process.pid) return undefined;
  return isUnderWay(found)
    ? `Under way (process ${found.process.pid}): ${journalLine(found)}.`
    : `Unfinished: ${journalLine(found)}. The same command finishes it, \`./quint abort\` takes it back.`;
}

/**
 * Lets only one operation work on a stack.
 * @throws CommandError (declined) while another process is at it.
 */
export function refuseUnderWay(found: Journal | undefined): void {
  if (found === undefined || !isUnderWay(found)) return;
  throw declined(
    `Under way (process ${found.process.pid}): ${journalLine(found)}.`,
    "Wait until it has ended. To stop it, interrupt that process, then run ./quint abort.",
  );
}
