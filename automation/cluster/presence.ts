/** Whether objects that were deployed are still in the cluster. */
import type { KubernetesListObject, KubernetesObject } from "@kubernetes/client-node";
import type { ObjectAddress } from "../engine/pending.ts";
import { labels, statusOf, type Client } from "./access.ts";

export interface Presence<T> {
  /** Not there. */
  readonly missing: readonly T[];
  /** Deleted and not gone yet: a finalizer, or the deletion of its namespace, is at work. */
  readonly terminating: readonly T[];
}

/** Looks for objects that carry Quint's labels, each kind with one request. */
export async function presenceOf<T extends ObjectAddress>(
  client: Client,
  wanted: readonly T[],
): Promise<Presence<T>> {
  const kinds = new Map(
    wanted.map(({ apiVersion, kind }) => [`${apiVersion} ${kind}`, { apiVersion, kind }]),
  );
  const lists = await Promise.all([...kinds.values()].map((kind) => listKind(client, kind)));
  const found = new Map(lists.flat());
  return {
    missing: wanted.filter((object) => !found.has(keyOf(object))),
    terminating: wanted.filter(
      (object) => found.get(keyOf(object))?.metadata?.deletionTimestamp !== undefined,
    ),
  };
}

async function listKind(
  { objects }: Client,
  { apiVersion, kind }: Pick<ObjectAddress, "apiVersion" | "kind">,
): Promise<(readonly [key: string, object: KubernetesObject])[]> {
  const everywhere = [undefined, undefined, undefined, undefined, undefined] as const;
  try {
    const { items }: KubernetesListObject<KubernetesObject> = await objects.list(
      apiVersion,
      kind,
      ...everywhere,
      labels.managed,
    );
    return items.map((item) => [
      keyOf({
        apiVersion,
        kind,
        name: item.metadata?.name ?? "",
        namespace: item.metadata?.namespace,
      }),
      item,
    ]);
  } catch (error) {
    if (isUnknownKind(error)) return [];
    throw error;
  }
}

/** A kind that the cluster does not serve (any more) has no objects. The client says so without a code of its own. */
function isUnknownKind(error: unknown): boolean {
  return (
    statusOf(error) === 404 ||
    (error instanceof Error && error.message.startsWith("Unrecognized API version and kind"))
  );
}

function keyOf({ apiVersion, kind, namespace, name }: ObjectAddress): string {
  return `${apiVersion} ${kind} ${namespace ?? ""}/${name}`;
}
