/** Velero's copies of a platform's namespaces: which one a time has, and what Velero is asked to bring back of it. */
import { operatorLabel, type Platform } from "../../platforms/model/index.ts";
import { statusOf, type Client } from "../cluster/access.ts";
import { backupLabels } from "../cluster/velero.ts";
import { inPlace, type Places } from "./places.ts";
import { archivedServers, dataOf, stamp, velero, veleroNamespace, type Request } from "./requests.ts";

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

export interface CopyArgs {
  readonly platform: Platform;
  readonly to: Places | typeof inPlace;
  readonly begun: Date;
}

/** Of a namespace that is there only what is missing comes back: nothing is overwritten. */
export function namespaceRestore({ platform, to, begun }: CopyArgs, backupName: string): Request {
  const copied = [...new Set(platform.backups?.schedules.flatMap(({ namespaces }) => namespaces))];
  const namespaces = to === inPlace ? copied : copied.filter((one) => to.has(one));
  const matchExpressions = ofOperators(platform);
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
        ...(matchExpressions.length === 0 ? {} : { labelSelector: { matchExpressions } }),
        existingResourcePolicy: "none",
        ...(to === inPlace
          ? {}
          : { namespaceMapping: Object.fromEntries(namespaces.map((one) => [one, to.get(one)])) }),
      },
    },
  };
}

/**
 * Everything but what operators made for the stores whose volumes the copy does not have. CloudNativePG would start a server
 * from the empty claims of a copy in place of the archive, and refuses to where Services have no owner. Not the claims alone:
 * a pod that is restored brings its claims along. Topics and users of Kafka go with their store, and come with the deployment.
 */
function ofOperators(platform: Platform) {
  const names = {
    postgresql: archivedServers(platform).map(({ spec }) => spec.name),
    kafka: dataOf(platform).flatMap(({ spec }) => (spec.kind === "kafka" ? [spec.name] : [])),
  };
  return (["postgresql", "kafka"] as const)
    .filter((kind) => names[kind].length > 0)
    .map((kind) => ({ key: operatorLabel[kind], operator: "NotIn", values: [...new Set(names[kind])] }));
}
