/**
 * A restore that is given up: what can be put back without losing anything is put back, step by step, and the rest is said. A
 * server that was removed is not made again by this: its archive has it, and the settings go on saying so.
 */
import { reaching } from "../cluster/access.ts";
import { quietSteps, runSteps } from "../console/steps.ts";
import { note, say } from "../console/terminal.ts";
import type { DeliveryContext } from "../delivery/context.ts";
import { refuseWithoutGit } from "../delivery/run.ts";
import { publicationOf } from "../delivery/world.ts";
import { isPublished } from "../git/publish.ts";
import {
  claimed,
  commandOf,
  journalIn,
  removeRestoreJournal,
  unfinished,
  type KeptJournal,
  type RestoreJournal,
} from "./journal.ts";
import { loadedStores } from "./loads.ts";
import { momentOf, momentWords } from "./moment.ts";
import { inPlace, placesOf } from "./places.ts";
import { archivedServers, type ArchivedServer } from "./requests.ts";
import { confirmed, type Opened } from "./run.ts";
import { deliversServers, inPlaceOf } from "./session.ts";
import { removedServers, undoSteps } from "./undo.ts";

export interface AbortRequest {
  readonly confirm?: string;
  readonly json?: boolean;
}

/** @throws CommandError (declined) where nothing is unfinished, or a process is at it. */
export async function abortRestore(
  { context, client, access, folder }: Opened,
  { confirm, json = false }: AbortRequest,
): Promise<void> {
  const { name, platform } = context;
  const file = journalIn(folder);
  const begun = unfinished(file, name);
  if (json) quietSteps();
  const { at, to, done } = begun;
  note(`Giving up: ${commandOf(begun)}. Done: ${done.length === 0 ? "nothing" : done.join(", ")}.`);
  const removed = await reaching(access, () => removedServers(client, platform, begun));
  const published = await reachedBranch(context, begun);
  // Only what was pushed has to be taken back by a commit.
  if (published) await refuseWithoutGit(context, true);
  await confirmed(name, confirm);

  const journal = await claimed(file, begun);
  const session = inPlaceOf(context, journal, `restore ${name} to ${momentWords(momentOf(begun))} given up`);
  const steps = undoSteps(client, platform, session, { removed, published });
  const undone: string[] = [];
  await runSteps(
    steps.map(({ title, run }) => ({
      title,
      run: async (report) => {
        const words = await reaching(access, () => run(report));
        undone.push(`${title}: ${words}`);
        return words;
      },
    })),
  );
  const left = [
    ...leftBy(context, journal, removed),
    ...(begun.publishing === true && !published
      ? ["The settings were never pushed: git reset --hard @{upstream} takes their commit out of this clone."]
      : []),
  ];
  removeRestoreJournal(file);
  if (json) say(JSON.stringify({ version: 1, platform: name, at, to, done, undone, left }, undefined, 2));
  else for (const line of left) say(line);
}

/** Whether the settings are, or may be, on the branch that Argo CD syncs. */
async function reachedBranch(
  context: DeliveryContext,
  { publishing, commit }: RestoreJournal,
): Promise<boolean> {
  if (publishing !== true || !deliversServers(context)) return false;
  return commit !== undefined || (await isPublished(publicationOf(context)));
}

/** What stays, and what brings back what was removed. */
export function leftBy(
  { platform, stack, settings }: Pick<DeliveryContext, "platform" | "stack" | "settings">,
  journal: KeptJournal,
  removed: readonly ArchivedServer[],
): readonly string[] {
  const { to, namespace, done } = journal.now();
  const places = placesOf(platform, to, namespace);
  if (places !== inPlace) {
    const made = [...places.values()].join(" ");
    return [`What was restored stays. To remove it: kubectl delete namespace ${made}`];
  }
  const loaded = loadedStores(platform, journal.now());
  const names = new Set(removed.map(({ spec }) => spec.name));
  const beside = archivedServers(platform).filter(
    (one) => names.has(one.spec.name) && !removed.includes(one),
  );
  const applications = [...new Set(removed.map(({ application }) => application))].join(" ");
  const how =
    settings.delivery === "gitops"
      ? `argocd app sync ${applications}`
      : `./quint up ${stack} --platforms ${platform.name}`;
  return [
    ...removed.map(
      ({ namespace: inside, spec }) =>
        `${inside}/${spec.name} was removed, and its archive stays. The settings say that it begins at ${momentWords(momentOf(journal.now()))}: ${how} makes it.`,
    ),
    // Settings are by name, and copies of a platform have servers of one name.
    ...beside.map(
      ({ namespace: inside, spec }) =>
        `${inside}/${spec.name} was not removed; of its name the settings say the same, so that it archives anew from there.`,
    ),
    ...(done.includes("namespaces") ? ["What Velero brought back stays."] : []),
    ...loaded.map((store) => `${store} holds what was loaded, or a part of it: --store loads it whole.`),
    ...(removed.length === 0 && loaded.length === 0
      ? ["No server was removed, and no store loaded: no data was touched."]
      : []),
  ];
}
