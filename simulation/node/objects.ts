/** The objects that a cluster has because of its real node. */
import { setTimeout as sleep } from "node:timers/promises";
import { type ApiClient, ApiError, type ApiObject } from "../api/client.ts";
import { hasCondition } from "../objects/conditions.ts";
import { SimulationError } from "../problem.ts";
import { apiServerPort, realNodeLabel, realNodeName } from "./addresses.ts";
import { daemonSetPolicy, placementPolicy, placementPolicyName } from "./placement.ts";
import type { NodePlan } from "./plan.ts";
import { type NodeState, readNodeState } from "./state.ts";

/** Seconds that the node gets to become ready: it takes 5 to 10, 60 on a busy machine. */
const readyWithin = 600;
const rbac = "/apis/rbac.authorization.k8s.io/v1";
const admission = "/apis/admissionregistration.k8s.io/v1";
const dns = "quint.dev:dns";

/** By path; each is applied as it is. */
function realNodeObjects(plan: NodePlan): readonly (readonly [path: string, object: ApiObject])[] {
  const references = referencesOf(plan);
  const policies = [placementPolicy(references), daemonSetPolicy(references)];
  return [
    ...policies.flatMap(
      ([policy, binding]) =>
        [
          [`${admission}/mutatingadmissionpolicies/${policy.metadata.name}`, policy],
          [`${admission}/mutatingadmissionpolicybindings/${binding.metadata.name}`, binding],
        ] as const,
    ),
    [`${rbac}/clusterroles/${dns}`, dnsRole],
    [`${rbac}/clusterrolebindings/${dns}`, dnsRoleBinding],
    ["/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes", apiServerEndpoint(plan)],
  ];
}

const dnsRole: ApiObject = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: { name: dns },
  rules: [
    { apiGroups: [""], resources: ["services", "namespaces", "pods"], verbs: ["list", "watch"] },
    { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
  ],
};

const dnsRoleBinding: ApiObject = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRoleBinding",
  metadata: { name: dns },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: dns },
  subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "quint-coredns" }],
};

/**
 * Behind the `kubernetes` Service: the machine's end of the link, where the supervisor hands connections on to the
 * API server, which itself listens on loopback alone (an endpoint may not be a loopback address).
 */
function apiServerEndpoint({ link }: NodePlan): ApiObject {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: "kubernetes",
      namespace: "default",
      labels: { "kubernetes.io/service-name": "kubernetes" },
    },
    addressType: "IPv4",
    endpoints: [{ addresses: [link.machine], conditions: { ready: true } }],
    ports: [{ name: "https", port: apiServerPort, protocol: "TCP" }],
  };
}

/** Makes or updates them, and resolves when the API server acts on them: it looks at policies once a second. */
export async function reconcileRealNode(client: ApiClient, plan: NodePlan): Promise<void> {
  await Promise.all(realNodeObjects(plan).map(([path, object]) => client.apply(path, object)));
  await placementIs(client, plan, true);
}

/** Resolves when every image of the plan is sent to the real node, or none is any more. */
async function placementIs(client: ApiClient, plan: NodePlan, wanted: boolean): Promise<void> {
  const deadline = Date.now() + readyWithin * 1000;
  for (const image of referencesOf(plan)) {
    while ((await isPlaced(client, image)) !== wanted) {
      if (Date.now() > deadline) {
        const effect = wanted ? "takes no effect" : "is gone and still has its effect";
        throw new SimulationError(`The policy ${placementPolicyName} ${effect}.`);
      }
      await sleep(200);
    }
  }
}

/** References of the images that pods may name. */
const referencesOf = ({ images, pauseReference }: NodePlan): string[] =>
  images.map(({ reference }) => reference).filter((one) => one !== pauseReference);

/** Whether a pod with that image would go to the real node; makes none. */
async function isPlaced(client: ApiClient, image: string): Promise<boolean> {
  const pod = { metadata: { name: "quint-would-be-placed" }, spec: { containers: [{ name: "one", image }] } };
  try {
    const would = await client.send("POST", "/api/v1/namespaces/default/pods?dryRun=All", {
      body: JSON.stringify(pod),
    });
    return realNodeLabel in ((would.spec as { nodeSelector?: object }).nodeSelector ?? {});
  } catch (error) {
    // The namespace's service account is not made yet.
    if (error instanceof ApiError && error.status === 403) return false;
    throw error;
  }
}

/** Removes what a cluster has no more use for when its real node is gone for good. */
export async function removeRealNodeObjects(client: ApiClient, plan: NodePlan): Promise<void> {
  await Promise.all(realNodeObjects(plan).map(([path]) => client.remove(path)));
  await placementIs(client, plan, false);
  await client.remove(`/api/v1/nodes/${realNodeName}`);
}

/**
 * Resolves when the real node is ready for pods, by a heartbeat of this start.
 * @throws SimulationError with what the node says of itself.
 */
export async function realNodeReady(client: ApiClient, clusterFolder: string): Promise<void> {
  const deadline = Date.now() + readyWithin * 1000;
  for (;;) {
    const state = readNodeState(clusterFolder);
    if (state?.phase === "running" && (await isReady(client, state))) return;
    if (state?.phase === "failed" && state.failure !== undefined) throw new SimulationError(state.failure);
    if (Date.now() > deadline) {
      const words = state?.failure ?? `it is ${state?.phase ?? "not there"}`;
      throw new SimulationError(
        `The real node did not become ready within ${readyWithin} s: ${words}. See kubelet.log and containerd.log of the cluster.`,
      );
    }
    await sleep(100);
  }
}

/** Ready, and said so since the kubelet was last started: the condition of an earlier start stays until it is too old. */
async function isReady(client: ApiClient, { processes }: NodeState): Promise<boolean> {
  const kubelet = processes.find(({ name }) => name === "kubelet");
  const nodes = await client.list("/api/v1/nodes");
  const leases = await client.list("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases");
  const ours = ({ metadata }: ApiObject): boolean => metadata.name === realNodeName;
  const node = nodes.find(ours);
  const renewed = (leases.find(ours)?.spec as { renewTime?: string } | undefined)?.renewTime;
  if (kubelet === undefined || node === undefined || renewed === undefined) return false;
  return Date.parse(renewed) >= Date.parse(kubelet.upSince) && hasCondition(node, "Ready");
}
