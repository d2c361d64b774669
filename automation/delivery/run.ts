/** The course of every operation: what another one left, windows, plan, question, journal, and the end of it. */
import { readFileSync } from "node:fs";
import { note, paint, say } from "../console/terminal.ts";
import { quietSteps } from "../console/steps.ts";
import { declined } from "../exit.ts";
import { refuseUnpublishable } from "../git/publish.ts";
import { reopened, type DeliveryContext } from "./context.ts";
import {
  claimJournal,
  journalLine,
  readJournal,
  refuseUnderWay,
  removeJournal,
  thisProcess,
  type Journal,
} from "./journal.ts";
import { carryOutOperation, errorOf, undoOperation, type Ending } from "./operation.ts";
import { askForDelivery, checkWindows, type Permission, type PermissionOptions } from "./permission.ts";
import { publishSeries } from "./series.ts";
import { planOperation, type OperationPlan } from "./plan.ts";
import { publicationOf, realWorld } from "./world.ts";

export interface DeliveryOptions extends PermissionOptions {
  readonly json?: boolean;
}

export interface Asked {
  readonly context: DeliveryContext;
  /** The command and its words, without those that only say how it is asked for. */
  readonly request: string;
  readonly options: DeliveryOptions;
}

export interface Done extends Ending {
  readonly journal: Journal;
}

/**
 * Goes on with what the same command left unfinished.
 * @returns nothing where there is nothing of the kind.
 * @throws CommandError (declined) where another command left something, or works.
 */
export async function resumed({ context, request, options }: Asked): Promise<Done | undefined> {
  if (options.json === true) quietSteps();
  const left = readJournal(context.journal);
  refuseUnderWay(left);
  if (left === undefined) return undefined;
  if (left.request !== request) {
    throw declined(
      `Unfinished on ${context.stack}: ${journalLine(left)}.`,
      "The same command finishes it:",
      `  ./quint ${left.request}`,
      `./quint abort ${left.record.platform} --stack ${context.stack} takes it back.`,
    );
  }
  note(`Going on with what was left unfinished: ${journalLine(left)}.`);
  await refuseWithoutGit(context, true);
  const world = await realWorld(context, left.namespaces, isByHand(left));
  await goOnWith(context, left);
  return await told(context, { ...(await carryOutOperation(world, left)), journal: left });
}

/** Whether the operation was begun outside of the windows. */
function isByHand({ record }: Journal): boolean {
  return record.notes.some((line) => line.startsWith("emergency: outside"));
}

/** Takes back what is unfinished. */
export async function takenBack(context: DeliveryContext, left: Journal, because: string): Promise<Done> {
  refuseUnderWay(left);
  await refuseWithoutGit(context, true);
  const world = await realWorld(context, left.namespaces, isByHand(left));
  await goOnWith(context, left);
  return await told(context, { ...(await undoOperation(world, left, because)), journal: left });
}

/** @throws CommandError (declined) where another process has gone on with it meanwhile. */
async function goOnWith({ journal }: DeliveryContext, left: Journal): Promise<void> {
  await claimJournal(journal, { ...left, process: thisProcess() }, left);
}

/** Once it has ended, the dashboards know of it. */
async function told(context: DeliveryContext, done: Done): Promise<Done> {
  await publishSeries(context);
  return done;
}

/** Under `gitops`: whether a commit could be made and pushed, before anything changes. */
export async function refuseWithoutGit(context: DeliveryContext, again: boolean): Promise<void> {
  if (context.settings.delivery === "gitops") await refuseUnpublishable(publicationOf(context), again);
}

export interface Begin {
  readonly plan: OperationPlan;
  readonly permission: Permission;
  /** What was found before, for the record. */
  readonly notes?: readonly string[];
  /** What has to be done once it is certain that it goes on, and before anything changes: a backup. */
  readonly prepare?: (operation: string) => Promise<readonly string[]>;
}

/** Shows what changes, asks, and carries it out. */
export async function begun({ context, request, options }: Asked, begin: Begin): Promise<Done> {
  const { plan, permission, notes = [], prepare } = begin;
  const { emergency = false, reason } = options;
  const { journal, difference } = planOperation(context, plan, {
    request,
    emergency,
    ...(reason === undefined ? {} : { reason }),
    notes: [...permission.notes, ...notes],
  });
  for (const line of difference.split("\n")) note(line);
  for (const line of journal.record.notes) note(`  ${line}`);
  await refuseWithoutGit(context, false);
  await askForDelivery(context, options);
  const prepared = (await prepare?.(journal.record.operation)) ?? [];
  const record = { ...journal.record, notes: [...journal.record.notes, ...prepared] };
  // The answer and the backup may have taken hours.
  const { byHand } = checkWindows(context, options);
  const world = await realWorld(context, plan.namespaces, byHand);
  await beginWith(context, { ...journal, record });
  return await told(context, { ...(await carryOutOperation(world, { ...journal, record })), journal });
}

/** @throws CommandError (declined) where another operation began, or the stack file was edited, since it was planned. */
async function beginWith(context: DeliveryContext, journal: Journal): Promise<void> {
  await claimJournal(context.journal, journal);
  if (readFileSync(journal.file, "utf8") === journal.before) return;
  removeJournal(context.journal);
  throw declined(
    `${journal.file} was edited after this delivery was planned. Nothing was changed.`,
    "Run the command again: it shows what it would change now.",
  );
}

/** Tells how it ended. @throws CommandError where it was taken back, or failed. */
export function report({ context, options }: Asked, done: Done): void {
  const { journal, result, because, notes, commit } = done;
  const { kind, platform, operation, from, to, environment, reason, emergency } = journal.record;
  const after = reopened(context);
  const serving = result === "waiting" ? from : after.release.current(after.settings);
  if (options.json === true) {
    const told = {
      version: 1,
      stack: context.stack,
      platform,
      operation,
      kind,
      environment,
      from,
      to,
      reason,
      emergency,
      result,
      because,
      serving,
      commit,
      notes,
    };
    say(JSON.stringify(told, undefined, 2));
  } else {
    for (const line of notes) say(`  ${line}`);
    if (result === "succeeded" || result === "undone") {
      const what = result === "undone" ? "taken back" : (to ?? "done");
      say(
        `${paint("green", "✔")} ${kind} ${platform}: ${what}${serving === undefined ? "" : `; users get ${serving}`}.`,
      );
    }
  }
  const error = errorOf(done, `${kind} ${platform}`, `${platform} --stack ${context.stack}`);
  if (error !== undefined) throw error;
}
