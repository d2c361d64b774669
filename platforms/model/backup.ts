/**
 * Backups as plain data: what a platform copies, when, and for how long it is kept. Namespaces are copied by Velero as its
 * `backups` say; each data store carries its own, which `storeBackupsOf` lists, with the place in the bucket.
 */
import type { ClaimSpec, Platform } from "./platform.ts";
import type { DataServiceSpec, PostgresqlSpec } from "./data.ts";

/** A copy that is made on a schedule, and how long it is kept. */
export interface BackupSpec {
  /** Five-field cron, UTC. */
  readonly schedule: string;
  readonly retentionDays: number;
}

/** A dump or a mirror, which a job beside the store makes. */
export interface DumpSpec extends BackupSpec {
  /** What loads it back into the store, on demand (services/recovery); left out: nothing does. */
  readonly loader?: { readonly image: string };
}

/** A point in time that a PostgreSQL server begins with, out of an archive. */
export interface RecoverySpec {
  /** ISO time with its zone. */
  readonly at: string;
  /** The log is replayed to its end, and `at` only names the new archive. Left out: up to `at`. */
  readonly latest?: boolean;
  /** Server of the archive; left out: the one of the first start, which is called as the store. */
  readonly from?: string;
}

/** A copy of namespaces by Velero: their objects, and the volumes of their pods. */
export interface NamespaceBackupSpec extends BackupSpec {
  /** `daily`, `hourly`: with the platform's name before it, the name of Velero's Schedule. */
  readonly name: string;
  readonly namespaces: readonly string[];
}

/** Commands in a workload's container that bring its files to rest before they are copied, and let them go on after. */
export interface QuiesceSpec {
  readonly workload: string;
  readonly namespace: string;
  readonly before: readonly string[];
  /** Left out: nothing has to be undone. */
  readonly after?: readonly string[];
}

export interface BackupsSpec {
  /** Hours until the platform runs again (RTO). */
  readonly timeObjectiveHours: number;
  /** Hours of data that may be lost (RPO). */
  readonly pointObjectiveHours: number;
  readonly schedules: readonly NamespaceBackupSpec[];
  /** Workloads that write files of their own; data stores bring their commands along. */
  readonly quiesce?: readonly QuiesceSpec[];
  /** When the newest backups are restored into a scratch namespace and compared: five-field cron, UTC. */
  readonly verification: string;
  /** What restores them, as the cluster's access to the bucket is given to it; left out: nothing does. */
  readonly drill?: {
    readonly namespace: string;
    /** Name of the Secret that it reads the bucket from. */
    readonly bucketSecret: string;
    /** ServiceAccounts, which are named as their jobs. */
    readonly jobs: { readonly drill: string; readonly record: string };
  };
}

/** The backup of one store. */
export type StoreBackup = BackupSpec & {
  readonly store: string;
  readonly application: string;
  readonly namespace: string;
} & (
    | (InBucket<"postgresql"> & { readonly databases: readonly string[] })
    | InBucket<"valkey">
    | InBucket<"neo4j">
    | (InBucket<"kafka"> & {
        readonly topics: readonly string[];
        /** Those of the topics whose messages are kept, too. */
        readonly archive: readonly string[];
      })
    | (InBucket<"object-store"> & { readonly buckets: readonly string[] })
    /** Claims of workloads: files in Velero's copies of the namespace. */
    | { readonly kind: "volumes"; readonly claims: readonly string[]; readonly veleroSchedule: string }
  );

/**
 * The label with a store's name on everything that its operator makes for it: pods, claims, Services, Secrets. CloudNativePG
 * and Strimzi find what is theirs by it, so that what a copy brings back under it would be taken for the store.
 */
export const operatorLabel = { postgresql: "cnpg.io/cluster", kafka: "strimzi.io/cluster" } as const;

interface InBucket<Kind extends string> {
  readonly kind: Kind;
  /** Below the bucket for backups, without a slash at its end. */
  readonly folder: string;
}

/**
 * What a dump consists of. Each is a folder `<folder>/<time>/`, the time as `20261121T040000Z`, with the file and a
 * manifest that is written last: a folder without one is a backup that was not finished.
 */
export const dumpFiles = {
  /** Valkey's own format, as a replica gets it. */
  valkey: "dump.rdb.gz",
  /** A line of JSON (Jolt, which keeps types) for each node and relationship, and for each index and constraint. */
  neo4j: "graph.jsonl.gz",
  /** Topics with partitions and settings, and how far each consumer group has read. */
  kafka: "topics.txt.gz",
} as const;
/** Written last: `{"store", "kind", "taken", "files": [{"name", "bytes", "sha256"}]}`; a mirror's has no files. */
export const dumpManifest = "manifest.json";

/** A mirror of buckets: below `current` as they are, below `changed/<time>` what was changed or deleted since. */
export const mirrorFolders = { current: "current", changed: "changed" } as const;

/** Folder of a store in the bucket for backups. A PostgreSQL server's is Barman's: `base/` and `wals/` are in it. */
export function backupFolder(kind: string, namespace: string, store: string): string {
  return `${kind}/${namespace}/${store}`;
}

/**
 * Name under which a PostgreSQL server archives. After a recovery another one: Barman refuses to mix what came after it
 * with what was there before.
 */
export function archiveServer({ name, recoverFrom }: Pick<PostgresqlSpec, "name" | "recoverFrom">): string {
  if (recoverFrom === undefined) return name;
  const time = new Date(recoverFrom.at).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  return `${name}-${time.toLowerCase()}`;
}

/** Stores whose backup is a job beside them. */
export type DumpedSpec = Extract<DataServiceSpec, { kind: "valkey" | "neo4j" | "kafka" | "object-store" }>;

/** A job beside a store, which calls it, and has its own name as a user where the store has users. */
export interface StoreJob {
  readonly name: string;
  readonly port: string;
  readonly spec: DumpedSpec;
}

/** The job that backs a store up. */
export function backupJobOf(spec: DataServiceSpec): (StoreJob & { readonly backup: DumpSpec }) | undefined {
  const job = (spec: DumpedSpec, port: string, backup: DumpSpec | undefined) =>
    backup && { name: `${spec.name}-backup`, port, backup, spec };
  switch (spec.kind) {
    case "valkey":
      return job(spec, "valkey", spec.backup);
    case "neo4j":
      return job(spec, "http", spec.backup);
    case "kafka":
      return job(spec, "kafka", spec.backup);
    case "object-store":
      return job(spec, "s3", spec.mirror);
    case "postgresql":
    case "rabbitmq":
    case "opa":
    case "spark-application":
    case "airflow":
      return undefined;
  }
}

/** The job that loads a store's dump or mirror back, on demand. */
export function restoreJobOf(spec: DataServiceSpec): (StoreJob & { readonly image: string }) | undefined {
  const job = backupJobOf(spec);
  const loader = job?.backup.loader;
  return job && loader && { ...job, name: `${spec.name}-restore`, image: loader.image };
}

/** Both of them: pods beside the store's own that call it. */
export function storeJobsOf(spec: DataServiceSpec): readonly StoreJob[] {
  return [backupJobOf(spec), restoreJobOf(spec)].filter((job) => job !== undefined);
}

/** User of the mirror in an object store: it reads the mirrored buckets, and no others. */
export const mirrorUser = "backup";
/** User who writes the mirror back: into the mirrored buckets, and no others. */
export const restoreUser = "restore";

/** The backups of a platform's stores and of the volumes of its workloads, in the order of the page. */
export function storeBackupsOf({ applications, backups }: Platform): readonly StoreBackup[] {
  return applications.flatMap(({ name: application, namespace, claims, data = [] }) => [
    ...data.flatMap((spec): StoreBackup[] => {
      const own = ofService(spec, namespace);
      return own === undefined ? [] : [{ store: spec.name, application, namespace, ...own }];
    }),
    ...volumesOf(claims, namespace, backups).map((own): StoreBackup => ({
      store: application,
      application,
      namespace,
      ...own,
    })),
  ]);
}

/** Keys under which the drill's jobs record what a platform's backups hold, `*` for the name of a backup. */
export function recordsOf(platform: Platform): string[] {
  return storeBackupsOf(platform).flatMap((backup) =>
    backup.kind === "volumes" ? [] : [`${backup.folder}/contents/*`],
  );
}

/** Namespaces whose claims a drill has Velero bring back; none where no workload keeps files in a copied one. */
export function restoredNamespacesOf(platform: Platform): string[] {
  return [
    ...new Set(
      storeBackupsOf(platform).flatMap(({ kind, namespace }) => (kind === "volumes" ? [namespace] : [])),
    ),
  ];
}

/** Name by which reports and metrics know a store: with its namespace before it where the platform has several of its name. */
export function storeLabel(
  platform: Platform,
  { store, namespace }: Pick<StoreBackup, "store" | "namespace">,
): string {
  return isAmbiguous(platform, store) ? `${namespace}-${store}` : store;
}

/** User of a database server who records what its backups hold; its Secret stands beside those of its namesakes. */
export function recorderOf(
  platform: Platform,
  { store, namespace }: Pick<StoreBackup, "store" | "namespace">,
): string {
  return isAmbiguous(platform, store) ? `recorder-${namespace}` : "recorder";
}

function isAmbiguous(platform: Platform, store: string): boolean {
  return storeBackupsOf(platform).filter((one) => one.store === store).length > 1;
}

type Own<Backup> = Backup extends StoreBackup ? Omit<Backup, "store" | "application" | "namespace"> : never;

function ofService(spec: DataServiceSpec, namespace: string): Own<StoreBackup> | undefined {
  const at = <Kind extends string>(kind: Kind, { schedule, retentionDays }: BackupSpec) =>
    ({ kind, schedule, retentionDays, folder: backupFolder(kind, namespace, spec.name) }) as const;
  switch (spec.kind) {
    case "postgresql":
      return (
        spec.backup && {
          ...at(spec.kind, spec.backup),
          folder: backupFolder(spec.kind, namespace, archiveServer(spec)),
          databases: spec.databases,
        }
      );
    case "valkey":
    case "neo4j":
      return spec.backup && at(spec.kind, spec.backup);
    case "kafka":
      return (
        spec.backup && {
          ...at(spec.kind, spec.backup),
          topics: spec.topics.map(({ name }) => name),
          archive: spec.backup.archive ?? [],
        }
      );
    case "object-store":
      return spec.mirror && { ...at(spec.kind, spec.mirror), buckets: spec.mirror.buckets };
    case "rabbitmq":
    case "opa":
    case "spark-application":
    case "airflow":
      return undefined;
  }
}

/** Of several schedules that copy the namespace the most frequent one is named: the newest copy is its. */
function volumesOf(claims: readonly ClaimSpec[], namespace: string, backups: BackupsSpec | undefined) {
  const schedule = backups?.schedules.filter(({ namespaces }) => namespaces.includes(namespace)).at(-1);
  if (schedule === undefined || claims.length === 0) return [];
  const { name, retentionDays, schedule: cron } = schedule;
  return [
    {
      kind: "volumes" as const,
      schedule: cron,
      retentionDays,
      claims: claims.map((claim) => claim.name),
      veleroSchedule: name,
    },
  ];
}
