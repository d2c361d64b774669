/** Reaches a stack's cluster through the Kubernetes API. */
import { existsSync } from "node:fs";
import { isMade, isSimulated, kubeconfigOf, type ClusterType, type Settings } from "../../config/index.ts";
import { realNodeName } from "../../simulation/node/addresses.ts";
import { contextName } from "../../simulation/pki/kubeconfig.ts";
import { failure, messageOf } from "../exit.ts";
import { patientTransport } from "./patience.ts";

/** A cluster's API, as the commands use it. */
export interface ClusterAccess {
  /** Path of the kubeconfig file. */
  readonly kubeconfig: string;
  readonly context: string;
  /** Whether it is a cluster of this machine that may be thrown away. */
  readonly simulated: boolean;
  /** Node on which containers really run; on a cluster that is not simulated they run everywhere. */
  readonly realNode?: string;
}

/** Labels that every object of Quint carries. */
export const labels = {
  managedBy: "app.kubernetes.io/managed-by",
  managed: "app.kubernetes.io/managed-by=quint",
  platform: "app.kubernetes.io/part-of",
  workload: "app.kubernetes.io/name",
  application: "quint.dev/application",
  purpose: "quint.dev/purpose",
  /** On what only stands for the pods and volumes of a chart. */
  footprint: "quint.dev/footprint",
  /** On Services of canaries, previews and scraping, which users of a workload do not call. */
  beside: "quint.dev/serves",
} as const;

/** Context of each type's kubeconfig. */
const contexts: Readonly<Record<ClusterType, (settings: Settings) => string>> = {
  existing: ({ cluster, stack }) => (cluster.type === "existing" ? cluster.context : stack),
  simulated: ({ stack }) => contextName(stack),
  embedded: ({ stack }) => contextName(stack),
  oke: ({ stack }) => `quint-${stack}`,
  eks: ({ stack }) => `quint-${stack}`,
  kind: ({ stack }) => `kind-quint-${stack}`,
};

/** How to reach the cluster that the settings name; nothing where it was never made. */
export function accessIfThere(settings: Settings, root: string): ClusterAccess | undefined {
  const access = wayTo(settings, root);
  return existsSync(access.kubeconfig) ? access : undefined;
}

/**
 * How to reach the cluster that the settings name.
 * @throws CommandError when there is no kubeconfig yet.
 */
export function accessTo(settings: Settings, root: string): ClusterAccess {
  const access = wayTo(settings, root);
  if (existsSync(access.kubeconfig)) return access;
  const { cluster, stack } = settings;
  if (access.simulated)
    throw failure(`${stack} has no simulated cluster on this machine.`, `./quint up ${stack} makes one.`);
  throw isMade(cluster)
    ? failure(
        `${stack} has no ${cluster.type} cluster that this clone knows of.`,
        `./quint up ${stack} makes it; where it is there already, ./quint preview ${stack} fetches its kubeconfig.`,
      )
    : failure(
        `There is no kubeconfig at ${access.kubeconfig}.`,
        "Correct quint:cluster.kubeconfig, or put the file there.",
      );
}

function wayTo(settings: Settings, root: string): ClusterAccess {
  const { cluster } = settings;
  return {
    kubeconfig: kubeconfigOf(settings, root),
    context: contexts[cluster.type](settings),
    simulated: isSimulated(cluster),
    ...(cluster.type === "embedded" ? { realNode: realNodeName } : {}),
  };
}

export type Client = Awaited<ReturnType<typeof connect>>;

/** The typed APIs of the cluster. The client is loaded here and not before: it takes a quarter of a second. */
export async function connect(access: ClusterAccess) {
  const {
    KubeConfig,
    AppsV1Api,
    AutoscalingV2Api,
    BatchV1Api,
    CoreV1Api,
    CustomObjectsApi,
    DiscoveryV1Api,
    KubernetesObjectApi,
    ServerConfiguration,
    VersionApi,
    createConfiguration,
    setHeaderMiddleware,
  } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  try {
    config.loadFromFile(access.kubeconfig);
  } catch (error) {
    // Its first line alone: the parser goes on with lines of the file, and credentials are in it.
    const [why = ""] = messageOf(error).split("\n");
    throw failure(`${access.kubeconfig} is no kubeconfig: ${why}.`, "Name another file, or mend this one.");
  }
  config.setCurrentContext(access.context);
  // As kubectl takes them (`kubectl proxy`): without TLS there is nothing to verify.
  config.clusters = config.clusters.map((one) =>
    one.server.startsWith("http://") ? { ...one, skipTLSVerify: true } : one,
  );
  const server = config.getCurrentCluster()?.server;
  if (server === undefined)
    throw failure(`${access.kubeconfig} has no context ${access.context}.`, "Correct quint:cluster.context.");
  const api = createConfiguration({
    baseServer: new ServerConfiguration(server, {}),
    authMethods: { default: config },
    httpApi: await patientTransport(),
    middleware: [setHeaderMiddleware("User-Agent", "quint")],
  });
  return {
    apps: new AppsV1Api(api),
    autoscaling: new AutoscalingV2Api(api),
    batch: new BatchV1Api(api),
    core: new CoreV1Api(api),
    custom: new CustomObjectsApi(api),
    discovery: new DiscoveryV1Api(api),
    objects: new KubernetesObjectApi(api),
    version: new VersionApi(api),
  };
}

/** The identity of a cluster: the uid of its oldest namespace, which only a new cluster changes. */
export async function clusterIdentity(client: Client): Promise<string> {
  return (await client.core.readNamespace({ name: "kube-system" })).metadata?.uid ?? "";
}

/** Runs a request; a cluster that does not answer, or refuses, is an error that says so. */
export async function reaching<T>(access: ClusterAccess, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = networkReason(error);
    const status = statusOf(error);
    if (status !== undefined) throw failure(`The cluster refused (${status}): ${apiMessage(error)}`);
    if (reason === undefined) throw error;
    throw failure(
      `The cluster does not answer (${access.context}: ${reason}).`,
      access.simulated
        ? "Start it with ./quint cluster start, or run ./quint up."
        : "Check the network and the kubeconfig.",
    );
  }
}

/** The HTTP status of a refusal by the API server; `undefined` for any other error. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : undefined;
}

/** What the API server says in a refusal; the client's own message repeats headers and all. */
export function apiMessage(error: unknown): string {
  if (error instanceof Error && "body" in error && typeof error.body === "string") {
    try {
      const { message } = JSON.parse(error.body) as { message?: unknown };
      if (typeof message === "string") return message;
    } catch {
      // Not a Status object.
    }
  }
  return messageOf(error);
}

/** Why there was no answer: the code of the system, of undici or of TLS; undefined for any other error. */
function networkReason(error: unknown): string | undefined {
  for (let here: unknown = error; here instanceof Error; here = here.cause) {
    if ("code" in here && typeof here.code === "string" && /^(E[A-Z]+|UND_ERR_\w+)$/.test(here.code))
      return here.code;
    // What `fetch` says of all that keeps it from an answer: certificates, too, and ports that it refuses.
    const { cause } = here;
    if (here.message === "fetch failed" && cause instanceof Error)
      return "code" in cause && typeof cause.code === "string" ? cause.code : messageOf(cause);
  }
  return undefined;
}
