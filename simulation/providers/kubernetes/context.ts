/** What every operation on an object needs. */
import type { EngineLog } from "../plugin/engine-log.ts";
import { UnknownKind, Unreachable } from "./api-error.ts";
import type { Cluster, NoCluster } from "./cluster.ts";
import type { ApiResource } from "./discovery.ts";
import { type GroupVersionKind, presumablyNamespaced } from "./kind.ts";
import type { Settings } from "./settings.ts";

export interface Context {
  readonly settings: Settings;
  readonly cluster: Cluster | NoCluster;
  readonly log: EngineLog;
  /** Aborted when the engine cancels. */
  readonly signal: AbortSignal;
}

/** The cluster, or an error that says why there is none. */
export function reachableCluster({ cluster }: Context): Cluster {
  if (cluster.reachable) return cluster;
  throw new Error(`configured Kubernetes cluster is unreachable: ${cluster.reason}`);
}

/** Where the kind's objects are; undefined where the API server does not serve it, or does not answer. */
export async function findResource(
  { cluster }: Context,
  type: GroupVersionKind,
): Promise<ApiResource | undefined> {
  if (!cluster.reachable) return undefined;
  try {
    return await cluster.discovery.find(type);
  } catch (error) {
    if (error instanceof UnknownKind || error instanceof Unreachable) return undefined;
    throw error;
  }
}

/** Whether the kind lives in namespaces: as the API server says, or as a guess while it does not know the kind. */
export async function isNamespaced(context: Context, type: GroupVersionKind): Promise<boolean> {
  return (await findResource(context, type))?.namespaced ?? presumablyNamespaced(type);
}

/** Progress lines for one resource: a line that says nothing new is not sent again. */
export function progressOf(
  { log }: Context,
  urn: string,
): { readonly say: (message: string) => void; readonly clear: () => void } {
  let last = "";
  return {
    say: (message) => {
      if (message === last) return;
      last = message;
      log.status("info", message, urn);
    },
    clear: () => {
      if (last !== "") log.status("info", "", urn);
    },
  };
}
