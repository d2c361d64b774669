/**
 * What a restore in place has to do where Argo CD makes the servers, of settings that were committed: its automated sync rests
 * until the new ones are there, since it would make an empty server of those from before.
 */
import type { Client } from "../cluster/access.ts";
import type { Report } from "../console/steps.ts";
import { automatedSync, giveBackSync, pauseSync } from "../delivery/automated-sync.ts";
import { syncByHand } from "../delivery/sync-by-hand.ts";
import { failure } from "../exit.ts";
import { patience, stateOf } from "./carry-out.ts";
import type { KeptJournal, Points } from "./journal.ts";
import type { ArchivedServer } from "./requests.ts";
import type { RestoreStep } from "./step.ts";
import { serverIn } from "./servers.ts";

export interface ByArgoCd {
  /** Who asks for a sync. */
  readonly who: string;
  /** Has what a commit may not carry deployed, and the rest rendered, committed and pushed. @returns the commit. */
  readonly publish: () => Promise<string>;
}

export interface ArgoCdSteps {
  /** Before anything changes. */
  readonly before: readonly RestoreStep[];
  /** Between the settings and what is removed. */
  readonly between: readonly RestoreStep[];
  readonly after: readonly RestoreStep[];
  /** Makes sure that the sync rests. */
  readonly hold: (report: Report) => Promise<void>;
}

/** The Applications that hold servers. */
export function applicationsOf(servers: readonly ArchivedServer[]): readonly string[] {
  return [...new Set(servers.map(({ application }) => application))];
}

export function argoCdSteps(
  client: Client,
  servers: readonly ArchivedServer[],
  really: boolean,
  { who, publish, settle }: ByArgoCd & { readonly settle: (points: Points) => void },
  journal: KeptJournal,
): ArgoCdSteps {
  const names = applicationsOf(servers);
  const hold = async (report: Report): Promise<void> => {
    if (!really) return;
    // In the journal first: who is killed in between has paused nothing that is not known. What is there is how it was.
    const automated = { ...(await automatedSync(client, names)), ...journal.now().automated };
    journal.keep({ automated });
    await pauseSync(client, names, automated, report);
  };
  const step = (id: string, title: string, run: (report: Report) => Promise<string>): RestoreStep => ({
    id,
    title,
    run: (report) => (really ? run(report) : Promise.resolve("not carried out")),
  });
  return {
    hold,
    before: [
      step("pause", "Automated sync", async (report) => {
        await hold(report);
        const paused = Object.keys(journal.now().automated ?? {});
        return paused.length === 0 ? `${names.join(", ")}: none` : `${paused.join(", ")}: paused`;
      }),
    ],
    between: [
      step("publish", "Commit", async () => {
        journal.keep({ publishing: true });
        // A commit that could not be brought together with others' was withdrawn, and the settings with it.
        settle(journal.now().points ?? {});
        const commit = await publish();
        journal.keep({ commit });
        return `pushed as ${commit.slice(0, 10)}`;
      }),
    ],
    after: [
      step("sync", "Argo CD", async (report) => {
        const { commit } = journal.now();
        if (commit === undefined) throw failure("The journal has no commit to sync.");
        const of = { names, commit, by: who, seconds: patience };
        await syncByHand(client, of, () => notReady(client, servers), report);
        return `${names.join(", ")} synced at ${commit.slice(0, 10)}, servers ready`;
      }),
      step("resume", "Automated sync", () => giveBack(client, journal)),
    ],
  };
}

/** Gives the automated sync back as it was. Can be repeated. */
export async function giveBack(client: Client, journal: KeptJournal): Promise<string> {
  const automated = journal.now().automated ?? {};
  const gone = await giveBackSync(client, automated);
  journal.keep({ automated: {} });
  const names = Object.keys(automated).filter((name) => !gone.includes(name));
  return [
    names.length === 0 ? "nothing to give back" : `${names.join(", ")}: as it was`,
    ...gone.map((name) => `${name} is not there any more`),
  ].join("; ");
}

/** Servers that have not recovered yet, in words. */
async function notReady(client: Client, servers: readonly ArchivedServer[]): Promise<string | undefined> {
  const words = await Promise.all(
    servers.map(async ({ namespace, spec: { name } }) => {
      const found: object | undefined = await serverIn(client, { name, namespace });
      if (found === undefined) return [`${namespace}/${name} is not there yet`];
      const { done, words } = stateOf("Cluster", found);
      return done ? [] : [`${namespace}/${name}: ${words}`];
    }),
  );
  const all = words.flat();
  return all.length === 0 ? undefined : all.join(", ");
}
