/** Brings the objects that belong to the cluster itself in line with its spec. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient } from "./api/client.ts";
import type { ClusterDescription } from "./control-plane/launch.ts";
import type { Definition } from "./crds/definition.ts";
import { registerDefinitions } from "./crds/register.ts";
import { nodesOf, reconcileNodes } from "./objects/nodes.ts";
import { clusterReady } from "./objects/readiness.ts";
import { policyDelay, reconcileSidecarInjection } from "./objects/sidecar-injection.ts";
import { reconcileStorageClasses, storageClassesOf } from "./objects/storage-classes.ts";
import type { Report } from "./programs/ensure.ts";
import { chosenImages } from "./images/index.ts";
import type { SimulatedClusterSpec } from "./spec.ts";

/**
 * Resolves when the cluster is of use. Everything that does not need something else is done at once.
 * @returns how many definitions had to be registered.
 */
export async function reconcile(
  client: ApiClient,
  { spec, versions }: ClusterDescription,
  definitions: readonly Definition[],
  report: Report,
): Promise<number> {
  const nodes = nodesOf(spec.nodePools, versions["kube-apiserver"]);
  const [changes, registered] = await Promise.all([
    reconcileNodes(client, nodes),
    registerDefinitions(client, definitions),
    reconcileStorageClasses(client, storageClassesOf(spec.storageClasses)),
    injectionReady(client, spec),
  ]);
  await clusterReady(
    client,
    nodes.map(({ metadata }) => metadata.name),
  );
  if (registered > 0) report(`Registered ${registered} custom resource definitions.`);
  const { made, changed, removed } = changes;
  if (made + changed + removed > 0) report(`Nodes: ${made} made, ${changed} changed, ${removed} removed.`);
  return registered;
}

/** Pods that are made right after a start must get their sidecar. */
async function injectionReady(client: ApiClient, spec: SimulatedClusterSpec): Promise<void> {
  const realImages = chosenImages(spec.realNode ?? "none", spec.images).map(([, { reference }]) => reference);
  if (await reconcileSidecarInjection(client, spec.sidecar, realImages)) await sleep(policyDelay);
}
