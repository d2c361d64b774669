/**
 * A restore that is given up: what can be put back without losing anything is put back, step by step, and the rest is said. A
 * server that was removed is not made again by this: its archive has it, and the settings go on saying so.
 */
import { isDeepStrictEqual } from "node:util";
import { reaching, type Client } from "../cluster/access.ts";
import { quietSteps, runSteps } from "../console/steps.ts";
import { note, say } from "../console/terminal.ts";
import type { DeliveryContext } from "../delivery/context.ts";
import { refuseWithoutGit } from "../delivery/run.ts";
import { publicationOf } from "../delivery/world.ts";
import { isPublished } from "../git/publish.ts";
import type { Platform } from "../../platforms/model/index.ts";
import { giveBack } from "./by-argo-cd.ts";
import { pointsOf, removalOf, type InPlace } from "./in-place.ts";
import {
  commandOf,
  journalIn,
  keptIn,
  removeRestoreJournal,
  unfinished,
  type KeptJournal,
  type RestoreJournal,
} from "./journal.ts";
import { inPlace, placesOf } from "./places.ts";
import { archivedServers, type ArchivedServer } from "./requests.ts";
import type { RestoreStep } from "./step.ts";
import { confirmed, type Opened } from "./run.ts";
import { serverIn } from "./servers.ts";
import { deliversServers, inPlaceOf } from "./session.ts";

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

  const journal = keptIn(file, begun);
  const session = inPlaceOf(context, journal, `restore ${name} to ${at} given up`);
  const steps = abortSteps(client, platform, session, { removed, published });
  const undone: string[] = [];
  await runSteps(
    steps.map(({ title, run }) => ({
      title,
      run: async (report) => {
        const words = await run(report);
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

/** Servers that the restore removed: by its journal, or, where it was killed meanwhile, by the cluster. */
export async function removedServers(
  client: Client,
  platform: Platform,
  { done, removing = [] }: Pick<RestoreJournal, "done" | "removing">,
): Promise<readonly ArchivedServer[]> {
  const all = await Promise.all(
    archivedServers(platform).map(async (server) => {
      const id = removalOf(server);
      if (done.includes(id)) return [server];
      if (!removing.includes(id)) return [];
      const { name } = server.spec;
      const found = await serverIn(client, { name, namespace: server.namespace });
      return found === undefined || found.metadata?.deletionTimestamp !== undefined ? [server] : [];
    }),
  );
  return all.flat();
}

/** How far the restore got. */
export interface Reached {
  readonly removed: readonly ArchivedServer[];
  /** Whether the settings are on the branch that Argo CD syncs. */
  readonly published: boolean;
}

/** In the order in which nothing is made of the wrong settings: these, their commit, the automated sync. */
export function abortSteps(
  client: Client,
  platform: Platform,
  { journal, settle, gitops }: InPlace,
  { removed, published }: Reached,
): readonly RestoreStep[] {
  const { points, before = {}, automated } = journal.now();
  const kept = new Set(removed.map(({ spec }) => spec.name));
  const names = Object.keys(points ?? {}).filter((name) => !kept.has(name));
  const now = pointsOf(archivedServers(platform));
  // What somebody wrote there since is theirs.
  const changed = names.filter(
    (name) => !isDeepStrictEqual(now[name], points?.[name]) && !isDeepStrictEqual(now[name], before[name]),
  );
  const back = names.filter((name) => !changed.includes(name));
  const undo = (...ids: readonly string[]): void => {
    // First, so that the restore does them again where it goes on after all.
    journal.keep({ done: journal.now().done.filter((id) => !ids.includes(id)) });
  };
  return [
    ...(names.length === 0
      ? []
      : [
          {
            id: "settings",
            title: "Settings",
            run: () => {
              undo("settings", "publish");
              settle(Object.fromEntries(back.map((name) => [name, before[name]])));
              const words = [
                ...(back.length === 0 ? [] : [`${back.join(", ")} as before`]),
                ...(changed.length === 0 ? [] : [`${changed.join(", ")} left as changed since`]),
              ];
              return Promise.resolve(words.join("; "));
            },
          },
        ]),
    ...(gitops === undefined || !published || back.length === 0
      ? []
      : [
          {
            id: "publish",
            title: "Commit",
            run: async () => `pushed as ${(await gitops.publish()).slice(0, 10)}`,
          },
        ]),
    ...(automated === undefined
      ? []
      : [
          {
            id: "resume",
            title: "Automated sync",
            run: () => {
              undo("pause");
              return giveBack(client, journal);
            },
          },
        ]),
  ];
}

/** What stays, and what brings back what was removed. */
function leftBy(
  { platform, stack, settings }: DeliveryContext,
  journal: KeptJournal,
  removed: readonly ArchivedServer[],
): readonly string[] {
  const { to, at, namespace, done } = journal.now();
  const places = placesOf(platform, to, namespace);
  if (places !== inPlace) {
    const made = [...places.values()].join(" ");
    return [`What was restored stays. To remove it: kubectl delete namespace ${made}`];
  }
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
        `${inside}/${spec.name} was removed, and its archive stays. The settings say that it begins at ${at}: ${how} makes it.`,
    ),
    // Settings are by name, and copies of a platform have servers of one name.
    ...beside.map(
      ({ namespace: inside, spec }) =>
        `${inside}/${spec.name} was not removed; of its name the settings say the same, so that it archives anew from there.`,
    ),
    ...(done.includes("namespaces") ? ["What Velero brought back stays."] : []),
    ...(removed.length === 0 ? ["No server was removed: no data was touched."] : []),
  ];
}
