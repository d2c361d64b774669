/** Waits until a cluster is of use: nodes ready, namespaces working. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient } from "../api/client.ts";
import { SimulationError } from "../problem.ts";
import { hasCondition } from "./conditions.ts";

/** Seconds that a fresh cluster gets: it takes 2 to 4, and many times as long on a busy machine. */
const readyWithin = 300;

/** Resolves when every named node is Ready and the controller manager has made the default service account. */
export async function clusterReady(client: ApiClient, nodeNames: readonly string[]): Promise<void> {
  const deadline = Date.now() + readyWithin * 1000;
  for (;;) {
    const missing = await whatIsMissing(client, nodeNames);
    if (missing === undefined) return;
    if (Date.now() > deadline)
      throw new SimulationError(`${missing} within ${readyWithin} s. See the logs of the cluster.`);
    await sleep(100);
  }
}

async function whatIsMissing(client: ApiClient, nodeNames: readonly string[]): Promise<string | undefined> {
  const ready = new Set(
    (await client.list("/api/v1/nodes"))
      .filter((node) => hasCondition(node, "Ready"))
      .map(({ metadata }) => metadata.name),
  );
  const unready = nodeNames.filter((name) => !ready.has(name));
  if (unready.length > 0)
    return `${unready.length} nodes did not become ready (${unready.slice(0, 3).join(", ")})`;
  // Pods are refused in a namespace until its service account is there.
  const accounts = await client.list("/api/v1/namespaces/default/serviceaccounts");
  return accounts.length > 0 ? undefined : "the default service account did not appear";
}
