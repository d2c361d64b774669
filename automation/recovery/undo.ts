/** The steps of a restore taken back, as far as nothing is lost by it: settings, their commit, and the automated sync. */
import { isDeepStrictEqual } from "node:util";
import type { Platform } from "../../platforms/model/index.ts";
import type { Client } from "../cluster/access.ts";
import { giveBack } from "./by-argo-cd.ts";
import { pointsOf, removalOf, type InPlace } from "./in-place.ts";
import type { RestoreJournal } from "./journal.ts";
import { archivedServers, type ArchivedServer } from "./requests.ts";
import { serverIn } from "./servers.ts";
import type { RestoreStep } from "./step.ts";

/** Servers that the restore removed: by its journal, or, where it was killed meanwhile, by the cluster. */
export async function removedServers(
  client: Client,
  platform: Platform,
  { done, touched = [] }: Pick<RestoreJournal, "done" | "touched">,
): Promise<readonly ArchivedServer[]> {
  const all = await Promise.all(
    archivedServers(platform).map(async (server) => {
      const id = removalOf(server);
      if (done.includes(id)) return [server];
      if (!touched.includes(id)) return [];
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
export function undoSteps(
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
