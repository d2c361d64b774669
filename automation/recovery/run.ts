/** The course of a restore: what is looked at before, what is asked, its steps with the journal, and what is told at the end. */
import { reaching, type Client, type ClusterAccess } from "../cluster/access.ts";
import { quietSteps, runSteps } from "../console/steps.ts";
import { ask, isInteractive, note, say } from "../console/terminal.ts";
import type { DeliveryContext } from "../delivery/context.ts";
import type { PermissionOptions } from "../delivery/permission.ts";
import { declined } from "../exit.ts";
import { refuseBeforeArchives } from "./archives.ts";
import { copyBefore } from "./copies.ts";
import {
  abortionOf,
  begin,
  claimed,
  journalIn,
  keptIn,
  removeRestoreJournal,
  type KeptJournal,
} from "./journal.ts";
import { loadSteps, onlyStores } from "./loads.ts";
import { beginningsAt, firstBackups } from "./in-place.ts";
import { momentOf, momentWords, pointInTime, type Moment } from "./moment.ts";
import { inPlace, placesOf, placeWords, refuseUsed } from "./places.ts";
import { archivedServers } from "./requests.ts";
import { restoreSteps } from "./restore.ts";
import { newerData } from "./servers.ts";
import { remaining, type RestoreStep } from "./step.ts";
import { inPlaceOf, permitted, refuseWrongPoints } from "./session.ts";

/** A platform whose stack and cluster are open. */
export interface Opened {
  readonly context: DeliveryContext;
  readonly client: Client;
  readonly access: ClusterAccess;
  /** Whether what is asked for is carried out. */
  readonly really: boolean;
  /** Folder of the stack's runs. */
  readonly folder: string;
}

export interface RestoreRequest extends PermissionOptions {
  readonly at: string;
  readonly to: string;
  readonly namespace?: string;
  readonly force?: boolean;
  /** In place, dumps and mirrors of these alone; left out: the whole platform. */
  readonly store?: readonly string[];
  readonly confirm?: string;
  readonly json?: boolean;
}

/**
 * @param skipped what is said where nothing is carried out.
 * @throws CommandError with the step that failed; the same command goes on with it.
 */
export async function restorePlatform(
  { context: whole, client, access, really, folder }: Opened,
  request: RestoreRequest,
  skipped: string,
): Promise<void> {
  const { store: stores, force = false } = request;
  const named = stores !== undefined;
  const context = named ? { ...whole, platform: onlyStores(whole.platform, stores, request.to) } : whole;
  const { name, platform } = context;
  const now = new Date();
  const to = placesOf(platform, request.to, request.namespace);
  const inside = to === inPlace;
  if (request.json === true) quietSteps();

  const file = journalIn(folder);
  const { namespace } = request;
  const asked = {
    stack: context.stack,
    platform: name,
    at: pointInTime(request.at, now),
    to: request.to,
    ...(namespace === undefined ? {} : { namespace }),
    ...(stores === undefined ? {} : { stores: [...stores] }),
  };
  const begun = begin(file, asked, now);
  const moment = momentOf(begun);
  const { at } = moment;
  const goesOn = begun.done.length > 0;
  if (!inside && begun.begun === now.toISOString()) await reaching(access, () => refuseUsed(client, to));
  if (inside && !goesOn) refuseWrongPoints(context, beginningsAt(archivedServers(platform), moment));
  if (really && !goesOn)
    await reaching(access, () => refuseBeforeArchives(client, archivedServers(platform), { at, to }));
  const notes =
    inside && really && !named
      ? await reaching(access, () => permitted(context, client, request, goesOn))
      : [];
  const newer = inside && !goesOn ? await reaching(access, () => newerData(client, platform)) : [];
  if (newer.length > 0 && !force) {
    throw declined(
      `${newer.join(", ")} of ${name}: there, and what they hold may be newer than ${momentWords(moment)}. Nothing was changed.`,
      "To lose it: --force. To look first: --to NAMESPACE.",
    );
  }
  const copy = named ? undefined : await reaching(access, () => copyBefore(client, name, at));
  if (copy === undefined && !named)
    note(`Velero has no copy of ${name} from before ${at.toISOString()}: its namespaces are left out.`);
  if (!inside && to.size > 1) note(`${placeWords(to)}.`);
  if (really && !goesOn) await confirmed(name, request.confirm);

  const journal = really ? await claimed(file, begun) : keptIn(undefined, begun);
  const session = inPlaceOf(context, journal, messageOf(name, moment, request, notes));
  const { settings } = context;
  const args = { platform, settings, ...moment, to, begun: new Date(begun.begun), really };
  const loads = inside ? loadSteps(client, { ...args, force, named }) : [];
  const backups = inside ? firstBackups(client, args) : [];
  const steps = [...restoreSteps(client, args, copy, session), ...loads, ...backups];
  const done = await carriedOut(access, steps, journal);
  if (really) removeRestoreJournal(file);
  if (request.json !== true) {
    if (!really) note(skipped);
    return;
  }
  const places = inside ? {} : { places: Object.fromEntries(to) };
  const told = {
    platform: name,
    at: asked.at,
    to: request.to,
    ...places,
    copy: copy ?? null,
    done,
    skipped: really ? [] : [skipped],
  };
  say(JSON.stringify({ version: 1, ...told }, undefined, 2));
}

/** Runs the steps that are not done yet. @returns what each did. */
async function carriedOut(
  access: ClusterAccess,
  steps: readonly RestoreStep[],
  journal: KeptJournal,
): Promise<readonly string[]> {
  const done: string[] = [];
  try {
    await runSteps(
      remaining(steps, journal).map(({ title, run }) => ({
        title,
        run: async (report) => {
          const words = await reaching(access, () => run(report));
          done.push(`${title}: ${words}`);
          return words;
        },
      })),
    );
  } catch (error) {
    const { automated = {} } = journal.now();
    const paused = Object.keys(automated).join(", ");
    if (paused !== "")
      note(
        `Argo CD's automated sync of ${paused} stays paused: the same command goes on, ` +
          `${abortionOf(journal.now())} gives it back.`,
      );
    throw error;
  }
  return done;
}

function messageOf(
  platform: string,
  moment: Moment,
  { emergency, reason }: PermissionOptions,
  notes: readonly string[],
): string {
  const how = emergency === true ? " (emergency)" : "";
  const why = [...(reason === undefined ? [] : [reason]), ...notes];
  return `restore ${platform}${how} to ${momentWords(moment)}${why.length === 0 ? "" : `: ${why.join("; ")}`}`;
}

/** Has the platform's name typed, so that no habit answers. */
export async function confirmed(platform: string, given: string | undefined): Promise<void> {
  if (given === platform) return;
  if (given !== undefined) throw declined(`"${given}" is not ${platform}; nothing was changed.`);
  if (!isInteractive())
    throw declined(
      "A restore is confirmed by the platform's name; nothing was changed.",
      `Add --confirm ${platform}.`,
    );
  if ((await ask("Type the name of the platform to go on:")) !== platform)
    throw declined("Nothing was changed.");
}
