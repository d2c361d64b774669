/** Nodes shaped like the stack's node pools. */
import { createHash } from "node:crypto";
import { nodePoolLabel } from "../../config/catalog/placeholder.ts";
import type { NodePool } from "../../config/schema/cluster.ts";
import type { ApiClient, ApiObject } from "../api/client.ts";
import { realNodeLabel } from "../node/addresses.ts";
import { simulatedNodeAnnotation } from "../stages/configuration.ts";
import { allocatableOf, capacityOf } from "../../config/sizes/allocatable.ts";

/** Region of every simulated node: real ones differ by cloud, and nothing may depend on it. */
const simulatedRegion = "simulated";
/** Carries the hash of a node's shape, so that a later start sees which nodes changed. */
const shapeAnnotation = "quint.dev/shape-hash";
const path = "/api/v1/nodes";

/** The nodes of every pool, numbered from 1 in each: `<pool>-<n>`. */
export function nodesOf(pools: readonly NodePool[], kubernetesVersion: string): ApiObject[] {
  let before = 0;
  return pools.flatMap((pool) => {
    const nodes = Array.from({ length: pool.count }, (_, index) =>
      nodeOf(pool, index, before + index, kubernetesVersion),
    );
    before += pool.count;
    return nodes;
  });
}

/** @param ordinal place of the node among all nodes: gives it an address of its own in 172.16.0.0/12. */
function nodeOf(pool: NodePool, index: number, ordinal: number, kubernetesVersion: string): ApiObject {
  const name = `${pool.name}-${index + 1}`;
  const host = ordinal + 1;
  const shape = {
    labels: {
      "kubernetes.io/arch": pool.architecture,
      "kubernetes.io/os": "linux",
      "kubernetes.io/hostname": name,
      "node.kubernetes.io/instance-type": pool.instanceType,
      "topology.kubernetes.io/region": simulatedRegion,
      "topology.kubernetes.io/zone": pool.zones[index % pool.zones.length] ?? simulatedRegion,
      [nodePoolLabel]: pool.name,
      [realNodeLabel]: "simulated",
      ...pool.labels,
    },
    spec: { taints: pool.taints },
    status: {
      capacity: capacityOf(pool),
      allocatable: allocatableOf(pool),
      addresses: [
        { type: "InternalIP", address: `172.16.${host >> 8}.${host & 255}` },
        { type: "Hostname", address: name },
      ],
      nodeInfo: nodeInfo(pool, kubernetesVersion),
    },
  };
  const hash = createHash("sha256").update(JSON.stringify(shape)).digest("hex").slice(0, 16);
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: shape.labels,
      annotations: { [simulatedNodeAnnotation.key]: simulatedNodeAnnotation.value, [shapeAnnotation]: hash },
    },
    spec: shape.spec,
    status: shape.status,
  };
}

/** The API wants every field of it. */
function nodeInfo(pool: NodePool, kubernetesVersion: string): Record<string, string> {
  return {
    architecture: pool.architecture,
    operatingSystem: "linux",
    kubeletVersion: kubernetesVersion,
    containerRuntimeVersion: "kwok://simulated",
    osImage: "simulated",
    kernelVersion: "simulated",
    kubeProxyVersion: "",
    machineID: "",
    systemUUID: "",
    bootID: "",
  };
}

/** What a reconciliation of nodes did, by number of nodes. */
export interface NodeChanges {
  readonly made: number;
  readonly changed: number;
  readonly removed: number;
}

/** Makes, reshapes and removes simulated nodes until they are those of `wanted`. Other nodes are left alone. */
export async function reconcileNodes(client: ApiClient, wanted: readonly ApiObject[]): Promise<NodeChanges> {
  const present = new Map(
    (await client.list(path)).filter(isSimulated).map((node) => [node.metadata.name, node]),
  );
  const names = new Set(wanted.map(({ metadata }) => metadata.name));
  const missing = wanted.filter(({ metadata }) => !present.has(metadata.name));
  const changed = wanted.filter((node) => {
    const there = present.get(node.metadata.name);
    return (
      there && there.metadata.annotations?.[shapeAnnotation] !== node.metadata.annotations?.[shapeAnnotation]
    );
  });
  const surplus = [...present.keys()].filter((name) => !names.has(name));
  await Promise.all([
    ...missing.map((node) => client.create(path, JSON.stringify(node))),
    ...changed.map((node) => reshape(client, node, present.get(node.metadata.name))),
    ...surplus.map((name) => client.remove(`${path}/${name}`)),
  ]);
  return { made: missing.length, changed: changed.length, removed: surplus.length };
}

async function reshape(client: ApiClient, node: ApiObject, before: ApiObject | undefined): Promise<void> {
  const own = `${path}/${node.metadata.name}`;
  // A merge patch keeps what it does not name: labels that the pool no longer has are named with null.
  const gone = Object.keys(before?.metadata.labels ?? {}).filter(
    (label) => !(label in (node.metadata.labels ?? {})),
  );
  const labels = { ...Object.fromEntries(gone.map((label) => [label, null])), ...node.metadata.labels };
  await client.mergePatch(own, { metadata: { ...node.metadata, labels }, spec: node.spec });
  await client.mergePatch(`${own}/status`, { status: node.status });
}

/** Whether KWOK stands in for the node's kubelet. */
export function isSimulated(node: ApiObject): boolean {
  return node.metadata.annotations?.[simulatedNodeAnnotation.key] === simulatedNodeAnnotation.value;
}
