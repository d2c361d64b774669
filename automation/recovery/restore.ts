/** A restore as steps, each of which can be repeated: what is done is in the journal, and an interrupted run goes on. */
import { images } from "../../config/catalog/images.ts";
import type { Settings } from "../../config/index.ts";
import {
  archiveServer,
  type Platform,
  type PostgresqlSpec,
  type RecoverySpec,
} from "../../platforms/model/index.ts";
import { recoveryOf } from "../../components/data/barman.ts";
import { apiMessage, statusOf, type Client } from "../cluster/access.ts";
import type { Report } from "../console/steps.ts";
import { badInput, declined, failure } from "../exit.ts";
import { carryOut } from "./carry-out.ts";
import {
  archivedServers,
  type ArchivedServer,
  backupLabels,
  postgresqlApi,
  stamp,
  velero,
  veleroNamespace,
  type Request,
} from "./requests.ts";

export const inPlace = "in-place";

export interface RestoreArgs {
  readonly platform: Platform;
  /** Point in time. */
  readonly at: Date;
  /** Namespace, or `in-place`. */
  readonly to: string;
  /** When it was first asked for. */
  readonly begun: Date;
  /** False where no controller runs: the API server looks at every request. */
  readonly really: boolean;
}

export interface RestoreStep {
  /** In the journal. */
  readonly id: string;
  readonly title: string;
  /** Returns what was done. */
  readonly run: (report: Report) => Promise<string>;
}

/** What an in-place restore does beside asking the cluster: the settings and the deployment are the session's. */
export interface InPlace {
  /** Has the stack's settings say where servers begin. */
  readonly begin: (points: Readonly<Record<string, RecoverySpec>>) => void;
  readonly deploy: () => Promise<void>;
}

/** @throws CommandError (bad input) for a time without its zone, and for one that has not been. */
export function pointInTime(text: string, now: Date): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime()) || !/(Z|[+-]\d\d:?\d\d)$/i.test(text))
    throw badInput(`--at ${text} is no time with its zone.`, "Such as 2026-11-20T10:15:00Z.");
  if (time.getTime() > now.getTime())
    throw badInput(`--at ${text} lies in the future.`, "Name a time that has been.");
  return time;
}

interface VeleroBackup {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly status?: { readonly phase?: string; readonly startTimestamp?: string };
}

/** The newest copy of the platform's namespaces that is not younger than a time; nothing where there is none. */
export async function copyBefore(
  { custom }: Client,
  platform: string,
  at: Date,
): Promise<string | undefined> {
  const of = { group: "velero.io", version: "v1", namespace: veleroNamespace, plural: "backups" };
  const labelSelector = `${backupLabels.platform}=${platform}`;
  try {
    const { items } = (await custom.listNamespacedCustomObject({ ...of, labelSelector })) as {
      items: VeleroBackup[];
    };
    const began = ({ status }: VeleroBackup): number => Date.parse(status?.startTimestamp ?? "");
    return items
      .filter((one) => one.status?.phase === "Completed" && began(one) <= at.getTime())
      .sort((one, other) => began(other) - began(one))[0]?.metadata.name;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/**
 * What is there now and may be newer than the point in time: an in-place restore would remove it. A server without a ready
 * pod counts: its volumes are there, and go with it.
 * @returns names of servers that are there; a lost one has nothing to lose.
 */
export async function newerData({ objects }: Client, platform: Platform): Promise<readonly string[]> {
  const found = await Promise.all(
    archivedServers(platform).map(async ({ namespace, spec: { name } }) => {
      try {
        await objects.read({ apiVersion: postgresqlApi, kind: "Cluster", metadata: { name, namespace } });
        return [name];
      } catch (error) {
        if (statusOf(error) === 404) return [];
        throw error;
      }
    }),
  );
  return found.flat();
}

/**
 * Under `gitops` Argo CD makes the servers, of the settings that were committed: one that is removed before that stays away,
 * or comes back empty.
 * @throws CommandError (declined) for an in-place restore of a platform with servers there.
 */
export function refuseUnderGitops(delivery: Settings["delivery"], { platform, to, really }: Asked): void {
  if (delivery !== "gitops" || to !== inPlace || !really || archivedServers(platform).length === 0) return;
  throw declined(
    `Argo CD makes the database servers of ${platform.name}, and knows only settings that were committed. Nothing was changed.`,
    'docs/backup.md, "A database at a point in time", has the steps. To look first: --to NAMESPACE.',
  );
}

/**
 * A server of an earlier restore that is there would be taken for the one that is asked for.
 * @throws CommandError (declined) where the namespace to restore into is there already.
 */
export async function refuseUsed({ objects }: Client, namespace: string): Promise<void> {
  try {
    await objects.read({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  } catch (error) {
    if (statusOf(error) === 404) return;
    throw error;
  }
  throw declined(
    `The namespace ${namespace} is there already. Nothing was changed.`,
    `Name a new one; or, where it is one of an earlier look: kubectl delete namespace ${namespace}`,
  );
}

type Asked = Pick<RestoreArgs, "platform" | "to" | "really">;

/** The steps, in their order. */
export function restoreSteps(
  client: Client,
  args: RestoreArgs,
  copy: string | undefined,
  session: InPlace,
): readonly RestoreStep[] {
  const { platform, to, at, really } = args;
  const servers = archivedServers(platform);
  const ask = (id: string, request: Request): RestoreStep => ({
    id,
    title: request.title,
    run: async (report) => {
      const { object, result } = await carryOut(client, request, really, report);
      return `${object} ${result}`;
    },
  });
  const namespaces = copy === undefined ? [] : [ask("namespaces", namespaceRestore(args, copy))];
  if (to !== inPlace) {
    return [
      { id: "namespace", title: `Namespace ${to}`, run: () => makeNamespace(client, to, really) },
      ...namespaces,
      ...servers.map((one) => ask(`server ${one.spec.name}`, server(args, one))),
    ];
  }
  if (servers.length === 0) return namespaces;
  return [
    {
      id: "settings",
      title: "Settings",
      run: () => {
        const names = servers.map(({ spec }) => spec.name);
        if (really)
          session.begin(Object.fromEntries(servers.map(({ spec }) => [spec.name, pointOf(spec, at)])));
        return Promise.resolve(
          `${names.join(", ")} begin at ${at.toISOString()}${really ? "" : ": not written"}`,
        );
      },
    },
    ...servers.map(({ namespace, spec: { name } }): RestoreStep => ({
      // Copies of a platform have servers of one name in several namespaces.
      id: `remove ${namespace}/${name}`,
      title: `Server ${namespace}/${name}`,
      run: () => removeServer(client, { name, namespace }, really),
    })),
    ...namespaces,
    {
      id: "deploy",
      title: "Deployment",
      run: async () => {
        if (!really) return "not carried out";
        await session.deploy();
        return "deployed; servers recover as they start";
      },
    },
  ];
}

/** What databases consist of: they come from their archives. */
const fromArchives = ["clusters.postgresql.cnpg.io", "backups.postgresql.cnpg.io"];

/** A copy to look at writes no backups, which would be the platform's own, and takes no requests of its hosts. */
const acting = [
  "scheduledbackups.postgresql.cnpg.io",
  "cronjobs.batch",
  "jobs.batch",
  "gateways.networking.istio.io",
  "virtualservices.networking.istio.io",
  "certificates.cert-manager.io",
];

/** Of a namespace that is there only what is missing comes back: nothing is overwritten. Databases come from their archives. */
function namespaceRestore({ platform, to, begun }: RestoreArgs, backupName: string): Request {
  const namespaces = [...new Set(platform.backups?.schedules.flatMap((schedule) => schedule.namespaces))];
  if (to !== inPlace && namespaces.length > 1) {
    throw failure(
      `${platform.name} has the namespaces ${namespaces.join(", ")}, which do not fit into one.`,
      "Restore in place, or one namespace at a time with Velero's own `velero restore create`.",
    );
  }
  return {
    title: `Namespaces from ${backupName}`,
    object: {
      apiVersion: velero.apiVersion,
      kind: "Restore",
      metadata: { name: `${platform.name}-restore-${stamp(begun)}`, namespace: veleroNamespace },
      spec: {
        backupName,
        includedNamespaces: namespaces,
        excludedResources: [...fromArchives, ...(to === inPlace ? [] : acting)],
        existingResourcePolicy: "none",
        ...(to === inPlace
          ? {}
          : { namespaceMapping: Object.fromEntries(namespaces.map((one) => [one, to])) }),
      },
    },
  };
}

/** A server beside the platform's own, which archives nowhere: it is for looking, and for copying back. */
function server({ to, at, platform, really }: RestoreArgs, { namespace, spec }: ArchivedServer): Request {
  const recovered = recoveryOf({ ...spec, recoverFrom: pointOf(spec, at) });
  const labels = { "app.kubernetes.io/managed-by": "quint", "app.kubernetes.io/part-of": platform.name };
  return {
    title: `PostgreSQL ${spec.name} at ${at.toISOString()}`,
    object: {
      apiVersion: postgresqlApi,
      kind: "Cluster",
      // The API server looks at no object of a namespace that is not there yet: at one beside the original, then.
      metadata: really
        ? { name: spec.name, namespace: to, labels }
        : { name: `${spec.name}-restored`, namespace, labels },
      spec: {
        instances: 1,
        imageName: images.postgresql.reference,
        bootstrap: { recovery: recovered?.recovery },
        externalClusters: recovered?.externalClusters,
        storage: { size: spec.size.storage },
        enablePDB: false,
      },
    },
  };
}

async function makeNamespace({ objects }: Client, name: string, really: boolean): Promise<string> {
  const namespace = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
  };
  try {
    await objects.create(namespace, undefined, really ? undefined : "All", "quint");
    return really ? "made" : "accepted";
  } catch (error) {
    if (statusOf(error) === 409) return "is there already";
    throw failure(`The namespace ${name} was refused: ${apiMessage(error)}`);
  }
}

/** A server that was recovered before archives under another name. */
function pointOf(spec: PostgresqlSpec, at: Date): RecoverySpec {
  const from = archiveServer(spec);
  return { at: at.toISOString(), ...(from === spec.name ? {} : { from }) };
}

async function removeServer(
  { custom }: Client,
  { name, namespace }: { readonly name: string; readonly namespace: string },
  really: boolean,
): Promise<string> {
  const [group = "", version = ""] = postgresqlApi.split("/");
  const of = { group, version, plural: "clusters", name, namespace };
  try {
    await custom.deleteNamespacedCustomObject({ ...of, ...(really ? {} : { dryRun: "All" }) });
    return really ? "removed with its volumes; its archive stays" : "would be removed";
  } catch (error) {
    if (statusOf(error) === 404) return "was not there";
    throw failure(`${namespace}/${name} cannot be removed: ${apiMessage(error)}`);
  }
}
