/** The workloads of a stack as they are in the cluster. */
import type {
  V1ObjectMeta,
  V1PodTemplateSpec,
  V1Service,
  V2HorizontalPodAutoscaler,
} from "@kubernetes/client-node";
import { labels, statusOf, type Client, type ClusterAccess } from "./access.ts";
import { addressesTo, anyNode } from "./addresses.ts";
import type { WorkloadStatus } from "./report.ts";
import { incomingOf, rolloutState, type Incoming, type RolloutObject } from "./rollout-state.ts";

/** A workload with what is needed to act on it. */
export interface Workload extends WorkloadStatus {
  /** Whether the controller has seen the latest change of the object and no pod of an older one is left. */
  readonly settled: boolean;
  /** What becomes of its new version. */
  readonly incoming: Incoming;
}

/** A workload as reports have it. */
export function reported({ settled: _settled, incoming: _incoming, ...workload }: Workload): WorkloadStatus {
  return workload;
}

/** The mesh's sidecar is not what a workload is known by. */
const sidecarContainer = "istio-proxy";

interface Found {
  readonly kind: WorkloadStatus["kind"];
  readonly metadata: V1ObjectMeta | undefined;
  readonly template: V1PodTemplateSpec | undefined;
  readonly desired: number;
  readonly ready: number;
  readonly settled: boolean;
  readonly rollout?: RolloutObject;
}

/** What must be known of a cluster to tell what really runs there. */
type Where = Pick<ClusterAccess, "simulated" | "realNode">;

/** Every workload of Quint in the cluster, sorted by platform, namespace and name. */
export async function listWorkloads(client: Client, access: Where): Promise<Workload[]> {
  const [found, services, runningFor] = await Promise.all([
    listControllers(client),
    client.core.listServiceForAllNamespaces({ labelSelector: labels.managed }),
    whatRuns(client, access),
  ]);
  return found
    .map((controller) => {
      const runs = runningFor(controller);
      // What runs on the real node of this machine is published on its loopback address.
      return workloadOf(controller, services.items, runs, runs && access.simulated ? "127.0.0.1" : anyNode);
    })
    .sort((one, other) => sortKey(one).localeCompare(sortKey(other), "en"));
}

/** Whether a workload's containers really run: all of its pods are on a node that is no simulated one. */
async function whatRuns(
  client: Client,
  { simulated, realNode }: Where,
): Promise<(controller: Found) => boolean> {
  if (!simulated) return () => true;
  if (realNode === undefined) return () => false;
  const { items } = await client.core.listPodForAllNamespaces({ labelSelector: labels.managed });
  return ({ metadata, template }) => {
    const own = Object.entries(template?.metadata?.labels ?? {});
    const pods = items.filter(
      (pod) =>
        pod.metadata?.namespace === metadata?.namespace &&
        // One that is on its way out says nothing of the ones that are to stay.
        pod.metadata?.deletionTimestamp === undefined &&
        own.every(([key, value]) => pod.metadata?.labels?.[key] === value),
    );
    return pods.length > 0 && pods.every(({ spec }) => spec?.nodeName === realNode);
  };
}

function sortKey({ platform, namespace, name }: WorkloadStatus): string {
  return `${platform} ${namespace} ${name}`;
}

async function listControllers({ apps, autoscaling, custom }: Client): Promise<Found[]> {
  const selector = { labelSelector: labels.managed };
  const [deployments, statefulSets, daemonSets, autoscalers, rollouts] = await Promise.all([
    apps.listDeploymentForAllNamespaces(selector),
    apps.listStatefulSetForAllNamespaces(selector),
    apps.listDaemonSetForAllNamespaces(selector),
    autoscaling.listHorizontalPodAutoscalerForAllNamespaces(selector),
    listIfKnown(() =>
      custom.listCustomObjectForAllNamespaces({
        group: "argoproj.io",
        version: "v1alpha1",
        resourcePlural: "rollouts",
        ...selector,
      }),
    ),
  ]);
  const minimum = minimumOf(autoscalers.items);
  return [
    ...deployments.items.map((item) => found("Deployment", item, minimum)),
    ...statefulSets.items.map((item) => found("StatefulSet", item, minimum)),
    ...(rollouts as (ReplicaController & RolloutObject)[]).map((item): Found => ({
      ...found("Rollout", item, minimum),
      // Both versions serve.
      ready: item.status?.readyReplicas ?? 0,
      settled: rolloutState(item).phase === "Healthy",
      rollout: item,
    })),
    ...daemonSets.items.map(({ metadata, spec, status }): Found => ({
      kind: "DaemonSet",
      metadata,
      template: spec?.template,
      desired: status?.desiredNumberScheduled ?? 0,
      ready: Math.min(status?.numberReady ?? 0, status?.updatedNumberScheduled ?? 0),
      settled:
        status?.observedGeneration === metadata?.generation &&
        (status?.updatedNumberScheduled ?? 0) >= (status?.desiredNumberScheduled ?? 0),
    })),
  ];
}

/** What Deployments, StatefulSets and Rollouts have in common. */
interface ReplicaController {
  readonly metadata?: V1ObjectMeta;
  readonly spec?: { readonly replicas?: number; readonly template?: V1PodTemplateSpec };
  readonly status?: {
    /** All pods, old ones included. */
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly updatedReplicas?: number;
    readonly observedGeneration?: number | string;
  };
}

type MinimumOf = (kind: Found["kind"], metadata: V1ObjectMeta | undefined) => number;

/** The fewest pods that an autoscaler wants of a controller; 0 where it has none. */
function minimumOf(autoscalers: readonly V2HorizontalPodAutoscaler[]): MinimumOf {
  const key = (kind: string, namespace = "", name = ""): string => `${kind} ${namespace}/${name}`;
  const minima = new Map(
    autoscalers.map(({ metadata, spec }) => [
      key(spec.scaleTargetRef.kind, metadata?.namespace, spec.scaleTargetRef.name),
      spec.minReplicas ?? 1,
    ]),
  );
  return (kind, metadata) => minima.get(key(kind, metadata?.namespace, metadata?.name)) ?? 0;
}

function found(
  kind: Found["kind"],
  { metadata, spec, status }: ReplicaController,
  minimum: MinimumOf,
): Found {
  const replicas = spec?.replicas ?? 1;
  return {
    kind,
    metadata,
    template: spec?.template,
    // Until its autoscaler has acted, a new controller asks for one pod. Scaled to none, the autoscaler is off.
    desired: replicas === 0 ? 0 : Math.max(replicas, minimum(kind, metadata)),
    ready: Math.min(status?.readyReplicas ?? 0, status?.updatedReplicas ?? 0),
    settled:
      Number(status?.observedGeneration ?? 0) === metadata?.generation &&
      (status?.replicas ?? 0) <= (status?.updatedReplicas ?? 0),
  };
}

function workloadOf(
  controller: Found,
  services: readonly V1Service[],
  runs: boolean,
  nodeAddress: string,
): Workload {
  const { metadata, template, kind, desired, ready, settled, rollout } = controller;
  const [name, namespace] = [metadata?.name ?? "", metadata?.namespace ?? ""];
  return {
    platform: metadata?.labels?.[labels.platform] ?? "",
    name: metadata?.labels?.[labels.workload] ?? name,
    kind,
    object: name,
    namespace,
    ready,
    desired,
    runs,
    footprint: metadata?.labels?.[labels.footprint] !== undefined,
    images: (template?.spec?.containers ?? [])
      .filter((container) => container.name !== sidecarContainer)
      .map((container) => container.image ?? ""),
    addresses: addressesTo(services, namespace, template?.metadata?.labels ?? {}, nodeAddress),
    settled,
    incoming: rollout === undefined ? "none" : incomingOf(rollout),
    ...(rollout === undefined ? {} : { rollout: rolloutState(rollout) }),
  };
}

/** The items of a custom resource; none where the cluster does not know it. */
export async function listIfKnown(list: () => Promise<unknown>): Promise<unknown[]> {
  try {
    return ((await list()) as { items: unknown[] }).items;
  } catch (error) {
    if (statusOf(error) === 404) return [];
    throw error;
  }
}
