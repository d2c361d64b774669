/** The cluster that a configured provider manages. */
import { ApiClient } from "./api-client.ts";
import { Discovery } from "./discovery.ts";
import { ambientKubeconfig, type ClusterAccess, clusterAccess, readKubeconfig } from "./kubeconfig.ts";
import { RecentLists } from "./recent-lists.ts";
import { refuseRemote } from "./loopback.ts";
import { RateLimit } from "./rate-limit.ts";
import type { Settings } from "./settings.ts";
import { SharedWatches } from "./watch.ts";

export interface Cluster {
  readonly reachable: true;
  readonly client: ApiClient;
  readonly discovery: Discovery;
  readonly watches: SharedWatches;
  readonly recent: RecentLists;
  /** The namespace of objects that name none. */
  readonly namespace: string;
}

/** Previews go on without the cluster; anything that would change it fails with the reason. */
export interface NoCluster {
  readonly reachable: false;
  readonly reason: string;
  readonly namespace: string;
}

/**
 * Connects to the cluster that the settings name, and sees whether it answers.
 *
 * @throws {Error} where the cluster is not on loopback.
 */
export async function connect(
  settings: Settings,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Cluster | NoCluster> {
  const namespace = settings.namespace || "default";
  let access: ClusterAccess;
  try {
    const kubeconfig =
      settings.kubeconfig === "" ? ambientKubeconfig(environment) : readKubeconfig(settings.kubeconfig);
    access = clusterAccess(kubeconfig, settings.overrides);
  } catch (error) {
    const source = settings.kubeconfig === "" ? "the ambient kubeconfig" : "`kubernetes:config:kubeconfig`";
    const reason = `failed to use the kubeconfig of ${source}: ${messageOf(error)}`;
    return { reachable: false, reason, namespace };
  }
  refuseRemote(access.server);
  const { qps, burst, timeoutSeconds } = settings.client;
  const client = new ApiClient(access, new RateLimit(qps, burst), timeoutSeconds * 1000);
  try {
    await client.request({ method: "GET", path: "/version", signal });
  } catch (error) {
    return { reachable: false, reason: messageOf(error), namespace: settings.namespace || access.namespace };
  }
  return {
    reachable: true,
    client,
    discovery: new Discovery(client),
    watches: new SharedWatches(client, signal),
    recent: new RecentLists(client),
    namespace: settings.namespace || access.namespace,
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
