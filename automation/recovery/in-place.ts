/**
 * The steps of a restore in place: the settings say where servers begin, the servers go, what is missing comes back, and what
 * delivers the platform makes the servers anew.
 */
import type { Client } from "../cluster/access.ts";
import { argoCdSteps, type ByArgoCd } from "./by-argo-cd.ts";
import { carryOut } from "./carry-out.ts";
import type { KeptJournal, Point, Points } from "./journal.ts";
import { momentWords, type Moment } from "./moment.ts";
import { archivedServers, baseBackup, type ArchivedServer } from "./requests.ts";
import type { RestoreArgs, RestoreStep } from "./step.ts";
import { pointOf, removeServer } from "./servers.ts";

/** What it does beside asking the cluster. */
export interface InPlace {
  /** Has the stack's settings say where servers begin; nothing for one: that they say nothing of it. */
  readonly settle: (points: Points) => void;
  /** `up`. */
  readonly deploy: () => Promise<void>;
  /** Where Argo CD delivers. */
  readonly gitops?: ByArgoCd;
  readonly journal: KeptJournal;
}

/** Of the step, in the journal. Copies of a platform have servers of one name in several namespaces. */
export const removalOf = ({ namespace, spec: { name } }: ArchivedServer): string =>
  `remove ${namespace}/${name}`;

/** @param namespaces the step that has Velero bring back what is missing, where there is a copy. */
export function inPlaceSteps(
  client: Client,
  args: RestoreArgs,
  namespaces: readonly RestoreStep[],
  session: InPlace,
): readonly RestoreStep[] {
  const servers = archivedServers(args.platform);
  if (servers.length === 0) return namespaces;
  const { really } = args;
  const { gitops, journal } = session;
  const argoCd =
    gitops && argoCdSteps(client, servers, really, { ...gitops, settle: session.settle }, journal);
  const removals = servers.map((server): RestoreStep => {
    const { namespace, spec } = server;
    return {
      id: removalOf(server),
      title: `Server ${namespace}/${spec.name}`,
      touches: true,
      run: async (report) => {
        // Somebody's `up` may have given the sync back meanwhile.
        await argoCd?.hold(report);
        return await removeServer(client, { name: spec.name, namespace }, really, report);
      },
    };
  });
  const deployment: RestoreStep = {
    id: "deploy",
    title: "Deployment",
    run: async () => {
      if (!really) return "not carried out";
      await session.deploy();
      return "deployed; servers recover as they start";
    },
  };
  return [
    ...(argoCd?.before ?? []),
    settings(args, servers, session),
    ...(argoCd?.between ?? []),
    ...removals,
    ...namespaces,
    ...(argoCd?.after ?? [deployment]),
  ];
}

/**
 * A new server has a new archive, and without a base backup that restores nothing; the next one of the schedule is hours
 * away. The last steps of all, since they may take hours.
 */
export function firstBackups(
  client: Client,
  { platform, begun, really }: RestoreArgs,
): readonly RestoreStep[] {
  return archivedServers(platform).map((server): RestoreStep => {
    const { namespace, spec } = server;
    return {
      id: `backup ${namespace}/${spec.name}`,
      title: `First backup of ${namespace}/${spec.name}`,
      run: async (report) => {
        const asked = baseBackup(platform.name, server, begun);
        const { object, result } = await carryOut(client, asked, really, report);
        return `${object} ${result}`;
      },
    };
  });
}

function settings(
  { really, ...moment }: RestoreArgs,
  servers: readonly ArchivedServer[],
  { settle, journal }: InPlace,
): RestoreStep {
  return {
    id: "settings",
    title: "Settings",
    run: () => {
      const names = servers.map(({ spec }) => spec.name);
      // What is there already is of an interrupted run: by now the settings may say it themselves.
      const points = journal.now().points ?? beginningsAt(servers, moment);
      if (journal.now().points === undefined) journal.keep({ points, before: pointsOf(servers) });
      if (really) settle(points);
      return Promise.resolve(
        `${names.join(", ")} begin at ${momentWords(moment)}${really ? "" : ": not written"}`,
      );
    },
  };
}

/** Where servers are to begin. */
export function beginningsAt(servers: readonly ArchivedServer[], moment: Moment): Record<string, Point> {
  return Object.fromEntries(servers.map(({ spec }) => [spec.name, pointOf(spec, moment)]));
}

/** What the settings say of servers, where they say anything. */
export function pointsOf(servers: readonly ArchivedServer[]): Record<string, Point> {
  return Object.fromEntries(
    servers.flatMap(({ spec: { name, recoverFrom } }) =>
      recoverFrom === undefined ? [] : [[name, recoverFrom]],
    ),
  );
}
