/** The backups of a stack's platforms: what, when, how big, and whether a drill has restored them. */
import type { Settings } from "../../config/index.ts";
import type { Platform } from "../../platforms/model/index.ts";
import { backupJobOf, offsiteCopies, storeBackupsOf, storeLabel } from "../../platforms/model/index.ts";
import { parseReport, reportObject, type DrillReport } from "../../services/recovery/report.ts";
import { statusOf, type Client } from "../cluster/access.ts";
import { backupLabels } from "../cluster/velero.ts";
import { dataOf, velero, veleroNamespace } from "./requests.ts";

/** A declared backup, with the newest copy of it. Fields are only ever added. */
export interface BackupRow {
  readonly platform: string;
  /** Store, or Velero's schedule. */
  readonly name: string;
  readonly kind: string;
  readonly namespaces: readonly string[];
  readonly schedule: string;
  /** Null where the bucket is another's, whose owner says it. */
  readonly retentionDays: number | null;
  /** The newest copy that is whole; null where there is none. */
  readonly newest: { readonly name: string; readonly at: string } | null;
  /** What the last drill found, also how big the copy was that it restored; null where none has looked at it. */
  readonly verified: {
    readonly ok: boolean;
    readonly at: string;
    readonly backup: string | null;
    readonly bytes: number | null;
    readonly reason: string | null;
  } | null;
}

type Newest = NonNullable<BackupRow["newest"]>;

interface Copy {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: { readonly cluster?: { readonly name?: string } };
  readonly status?: {
    readonly phase?: string;
    readonly startTimestamp?: string;
    readonly startedAt?: string;
  };
}

export async function readBackups(
  client: Client,
  platforms: readonly Platform[],
): Promise<readonly BackupRow[]> {
  const copies = await list(client, velero.apiVersion, veleroNamespace, "backups");
  const rows = await Promise.all(platforms.map((platform) => rowsOf(client, platform, copies)));
  return rows.flat();
}

async function rowsOf(
  client: Client,
  platform: Platform,
  copies: readonly Copy[],
): Promise<readonly BackupRow[]> {
  const { backups } = platform;
  if (backups === undefined) return [];
  const report = await reportOf(client, platform);
  const bySchedule = (schedule: string): Newest | null =>
    newestOf(
      copies.filter(
        ({ metadata: { labels = {} } }) =>
          labels[backupLabels.platform] === platform.name && labels[backupLabels.schedule] === schedule,
      ),
    );
  const stores = await Promise.all(
    storeBackupsOf(platform).map(async (backup): Promise<BackupRow> => {
      const { store, kind, namespace, schedule, retentionDays } = backup;
      return {
        platform: platform.name,
        name: storeLabel(platform, backup),
        kind,
        namespaces: [namespace],
        schedule,
        retentionDays,
        newest:
          backup.kind === "volumes"
            ? bySchedule(backup.veleroSchedule)
            : await newestOfStore(client, platform, kind, store, namespace),
        verified: verifiedBy(report, storeLabel(platform, backup)),
      };
    }),
  );
  const schedules = backups.schedules.map(({ name, namespaces, schedule, retentionDays }): BackupRow => ({
    platform: platform.name,
    name,
    kind: "namespaces",
    namespaces,
    schedule,
    retentionDays,
    newest: bySchedule(name),
    // A namespace's objects are in Git; of its volumes the stores' rows tell.
    verified: null,
  }));
  return [...stores, ...schedules];
}

/** The copy of all of them in the second bucket. Its key reads nothing there, so no drill looks at it. */
export async function readOffsiteCopies(
  client: Client,
  { offsite }: Pick<Settings["foundation"], "offsite">,
): Promise<readonly BackupRow[]> {
  if (offsite === undefined) return [];
  const { name, namespace, schedule } = offsiteCopies;
  return [
    {
      platform: "foundation",
      name,
      kind: "off-site",
      namespaces: [],
      schedule,
      retentionDays: offsite.kind === "aws" ? offsite.retentionDays : null,
      newest: await lastSuccess(client, name, namespace),
      verified: null,
    },
  ];
}

/** A base backup is an object; a dump or a mirror is a run of its job. */
async function newestOfStore(
  client: Client,
  platform: Platform,
  kind: string,
  store: string,
  namespace: string,
): Promise<Newest | null> {
  if (kind === "postgresql") {
    const all = await list(client, "postgresql.cnpg.io/v1", namespace, "backups");
    return newestOf(all.filter(({ spec }) => spec?.cluster?.name === store));
  }
  const spec = dataOf(platform).find((one) => one.namespace === namespace && one.spec.name === store)?.spec;
  const job = spec && backupJobOf(spec);
  return job === undefined ? null : lastSuccess(client, job.name, namespace);
}

async function lastSuccess(client: Client, name: string, namespace: string): Promise<Newest | null> {
  try {
    const { status } = await client.batch.readNamespacedCronJob({ name, namespace });
    const at = status?.lastSuccessfulTime;
    return at === undefined ? null : { name, at: new Date(at).toISOString() };
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

function newestOf(copies: readonly Copy[]): Newest | null {
  const [newest] = copies
    .filter(({ status }) => status?.phase?.toLowerCase() === "completed")
    .map(({ metadata, status }) => ({
      name: metadata.name,
      at: status?.startTimestamp ?? status?.startedAt ?? "",
    }))
    .sort((one, other) => other.at.localeCompare(one.at));
  return newest ?? null;
}

async function list(
  client: Client,
  api: string,
  namespace: string,
  plural: string,
): Promise<readonly Copy[]> {
  const [group = "", version = ""] = api.split("/");
  try {
    const found = (await client.custom.listNamespacedCustomObject({ group, version, namespace, plural })) as {
      items: Copy[];
    };
    return found.items;
  } catch (error) {
    // A stack without Velero, or without a database, does not know the kind.
    if (statusOf(error) === 404) return [];
    throw error;
  }
}

/** The report of the last drill; nothing where none has ended. */
export async function reportOf(client: Client, { backups }: Platform): Promise<DrillReport | undefined> {
  const namespace = backups?.drill?.namespace;
  if (namespace === undefined) return undefined;
  try {
    const { data = {} } = await client.core.readNamespacedConfigMap({ name: reportObject.name, namespace });
    const text = data[reportObject.key];
    return text === undefined ? undefined : parseReport(text);
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

function verifiedBy(report: DrillReport | undefined, store: string): BackupRow["verified"] {
  const found = report?.stores.find((one) => one.store === store);
  if (report === undefined || found === undefined) return null;
  const { ok, backup = null, bytes = null, reason = report.reason ?? null } = found;
  return { ok, at: report.finished, backup, bytes, reason };
}
