/** What is asked of a cluster to have something backed up or restored: one object each, which a controller carries out. */
import { foundationCharts } from "../../config/catalog/charts.ts";
import {
  backupJobOf,
  deliveryName,
  type NamespaceBackupSpec,
  type Platform,
  type PostgresqlSpec,
} from "../../platforms/model/index.ts";
import { labels } from "../cluster/access.ts";
import { backupLabels } from "../cluster/velero.ts";

export const veleroNamespace = foundationCharts.velero.namespace;
export const velero = { apiVersion: "velero.io/v1", namespace: veleroNamespace } as const;
export const postgresqlApi = "postgresql.cnpg.io/v1";

export interface ClusterObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
  readonly spec?: object;
}

/** Something that a controller is asked for. */
export type Request =
  | { readonly title: string; readonly object: ClusterObject }
  /** A run of a CronJob, now. */
  | { readonly title: string; readonly cronJob: { readonly name: string; readonly namespace: string } };

/** A time in names of objects: `20261121t040000`. */
export function stamp(time: Date): string {
  return time.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").toLowerCase();
}

const ours = (platform: string): Record<string, string> => ({
  [labels.managedBy]: "quint",
  [labels.platform]: platform,
});

/** The data services of a platform with the namespaces that they are in, and the Applications of Argo CD that hold them. */
export function dataOf({ name, applications }: Platform) {
  return applications.flatMap((application) =>
    (application.data ?? []).map((spec) => ({
      namespace: application.namespace,
      application: deliveryName(name, application),
      spec,
    })),
  );
}

/** A server with an archive, the namespace that it is in, and the Application of Argo CD that holds it. */
export interface ArchivedServer {
  readonly namespace: string;
  readonly application: string;
  readonly spec: PostgresqlSpec;
}

/** The platform's servers with an archive. */
export function archivedServers(platform: Platform): readonly ArchivedServer[] {
  return dataOf(platform).flatMap(({ spec, ...of }) =>
    spec.kind === "postgresql" && spec.backup !== undefined ? [{ ...of, spec }] : [],
  );
}

/** A base backup of a server, now. */
export function baseBackup(
  platform: string,
  { namespace, spec: { name } }: ArchivedServer,
  now: Date,
): Request {
  return {
    title: `postgresql ${name}`,
    object: {
      apiVersion: postgresqlApi,
      kind: "Backup",
      metadata: { name: `${name}-${stamp(now)}`, namespace, labels: ours(platform) },
      spec: {
        cluster: { name },
        method: "plugin",
        pluginConfiguration: { name: "barman-cloud.cloudnative-pg.io" },
      },
    },
  };
}

/**
 * Everything that backs a platform up, as its schedules do, at once.
 * @param template what its own Schedule says of volumes, and of what has to come to rest first.
 */
export function backupRequests(platform: Platform, now: Date, template: object = {}): readonly Request[] {
  const [daily] = platform.backups?.schedules ?? [];
  return [
    ...archivedServers(platform).map((server) => baseBackup(platform.name, server, now)),
    ...dataOf(platform).flatMap(({ namespace, spec }): Request[] => {
      const job = backupJobOf(spec);
      return job === undefined
        ? []
        : [{ title: `${spec.kind} ${spec.name}`, cronJob: { name: job.name, namespace } }];
    }),
    ...(daily === undefined ? [] : [namespaceBackup(platform.name, daily, now, template)]),
  ];
}

function namespaceBackup(
  platform: string,
  { namespaces, retentionDays }: NamespaceBackupSpec,
  now: Date,
  template: object,
) {
  return {
    title: `namespaces ${namespaces.join(", ")}`,
    object: {
      apiVersion: velero.apiVersion,
      kind: "Backup",
      metadata: {
        name: `${platform}-${stamp(now)}`,
        namespace: velero.namespace,
        labels: {
          ...ours(platform),
          [backupLabels.platform]: platform,
          [backupLabels.schedule]: "on-demand",
        },
      },
      spec: {
        ...template,
        includedNamespaces: [...namespaces],
        ttl: `${retentionDays * 24}h0m0s`,
        snapshotMoveData: true,
        resourcePolicy: { kind: "configmap", name: `${platform}-volumes` },
      },
    },
  } satisfies Request;
}
