/** Servers' archives: how far back they reach, and what lets a server beside the platform's own read one. */
import { archiveServer } from "../../platforms/model/index.ts";
import { apiMessage, statusOf, type Client } from "../cluster/access.ts";
import { note } from "../console/terminal.ts";
import { declined, failure } from "../exit.ts";
import { inPlace, type Places } from "./places.ts";
import type { ArchivedServer, ClusterObject } from "./requests.ts";
import { serverIn } from "./servers.ts";

interface ObjectStore {
  readonly spec?: {
    readonly configuration?: {
      readonly s3Credentials?: {
        readonly accessKeyId?: { readonly name: string };
        readonly inheritFromIAMRole?: boolean;
      };
    };
  };
  readonly status?: {
    readonly serverRecoveryWindow?: Readonly<Record<string, { readonly firstRecoverabilityPoint?: string }>>;
  };
}

const api = { group: "barmancloud.cnpg.io", version: "v1", plural: "objectstores" } as const;

/** What says where a server archives; nothing in a namespace that was lost. */
async function storeOf(
  { custom }: Client,
  { namespace, spec: { name } }: ArchivedServer,
): Promise<ObjectStore | undefined> {
  try {
    return (await custom.getNamespacedCustomObject({ ...api, namespace, name })) as ObjectStore;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/**
 * In place a server is removed: where nothing tells what its archive holds, that is said. A cluster that was made anew does
 * not know of backups from before.
 * @param servers with an archive, as far as the cluster has a bucket for it.
 * @throws CommandError (declined) where an archive begins after the time, or, in place, a server would be removed that has none.
 */
export async function refuseBeforeArchives(
  client: Client,
  servers: readonly ArchivedServer[],
  { at, to }: { readonly at: Date; readonly to: Places | typeof inPlace },
): Promise<void> {
  for (const server of servers) {
    const { namespace, spec } = server;
    if (to !== inPlace && !to.has(namespace)) continue;
    const { name } = spec;
    const what = `${namespace}/${name}`;
    const store = await storeOf(client, server);
    const removed = to === inPlace && (await serverIn(client, { name, namespace })) !== undefined;
    if (removed && store === undefined)
      throw declined(
        `${what} would be removed, and nothing would bring its data back: ${namespace} has no ObjectStore ${name}, which says where its archive is. Nothing was changed.`,
        "Where it archives, the ObjectStore is missing: ./quint up makes it. Where the cluster has no bucket, it archives nowhere: docs/backup.md.",
      );
    const first = store?.status?.serverRecoveryWindow?.[archiveServer(spec)]?.firstRecoverabilityPoint;
    if (first !== undefined && Date.parse(first) > at.getTime())
      throw declined(
        `The archive ${archiveServer(spec)} of ${what} begins at ${first}: it has nothing of ${at.toISOString()}. Nothing was changed.`,
        "Name a later time. What a server archived before it was recovered: docs/backup.md, `from`.",
      );
    if (first === undefined && removed)
      note(
        `No base backup of ${what} has ended on this cluster: what its archive holds is not known. Look first: --to NAMESPACE.`,
      );
  }
}

/**
 * Lets a server's archive be read from another namespace: copies what says where it is, and its key, unless Velero brought them.
 * @returns what was done.
 */
export async function archiveBeside(client: Client, server: ArchivedServer, to: string): Promise<string> {
  const { name } = server.spec;
  const store = await storeOf(client, server);
  if (store === undefined)
    throw failure(
      `${server.namespace} has no ObjectStore ${name}: nothing says where the archive is.`,
      "Deploy the platform: ./quint up",
    );
  const { accessKeyId, inheritFromIAMRole } = store.spec?.configuration?.s3Credentials ?? {};
  if (accessKeyId !== undefined) {
    const { data = {}, type = "Opaque" } = await client.core.readNamespacedSecret({
      name: accessKeyId.name,
      namespace: server.namespace,
    });
    await make(client, {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: accessKeyId.name, namespace: to },
      type,
      data,
    });
  }
  const { group, version } = api;
  // What it forgets is the original's to say.
  const spec = { ...store.spec, retentionPolicy: undefined };
  await make(client, {
    apiVersion: `${group}/${version}`,
    kind: "ObjectStore",
    metadata: { name, namespace: to },
    spec,
  });
  if (inheritFromIAMRole === true)
    note(
      `${name} reads the archive with the rights of the ServiceAccount ${to}/${name}, which has none yet: give it those of ` +
        `${server.namespace}/${name} (on EKS: aws eks create-pod-identity-association).`,
    );
  return `can be read from ${to}`;
}

async function make(
  { objects }: Client,
  object: ClusterObject & { readonly type?: string; readonly data?: object },
): Promise<void> {
  try {
    await objects.create(object, undefined, undefined, "quint");
  } catch (error) {
    // Velero brought it back, or an interrupted run made it.
    if (statusOf(error) === 409) return;
    throw failure(
      `${object.kind} ${object.metadata.namespace}/${object.metadata.name} was refused: ${apiMessage(error)}`,
    );
  }
}
