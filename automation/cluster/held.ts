/** What a cluster holds of its cloud: load balancers and disks, which controllers in the cluster make and remove. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Report } from "../console/steps.ts";
import { failure } from "../exit.ts";
import type { Client } from "./access.ts";

/** Looks again this often, in milliseconds: clouds take a minute or two. */
const lookAgain = 5_000;

export interface Patience {
  /** Milliseconds after which waiting ends. */
  readonly limit: number;
  /** Milliseconds between two looks. */
  readonly pause?: number;
}

/** Services with a load balancer, and volumes that go with their claim. A volume that is to stay (Retain) is none. */
export async function listHeld({ core }: Pick<Client, "core">): Promise<string[]> {
  const [services, volumes] = await Promise.all([
    core.listServiceForAllNamespaces(),
    core.listPersistentVolume(),
  ]);
  const balanced = services.items
    .filter(({ spec }) => spec?.type === "LoadBalancer")
    .map(({ metadata }) => `Service ${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`);
  const bound = volumes.items
    .filter(({ spec }) => spec?.persistentVolumeReclaimPolicy === "Delete")
    .map(({ metadata, spec }) => {
      const of = spec?.claimRef;
      const claim = of === undefined ? "" : ` (claim ${of.namespace ?? ""}/${of.name ?? ""})`;
      return `PersistentVolume ${metadata?.name ?? ""}${claim}`;
    });
  return [...balanced, ...bound].sort();
}

/**
 * Waits until nothing is held any more.
 * @throws CommandError that names what still is: without their cluster they would stay, and be paid for.
 */
export async function untilReleased(
  held: () => Promise<readonly string[]>,
  report: Report,
  { limit, pause = lookAgain }: Patience,
): Promise<void> {
  const deadline = performance.now() + limit;
  for (;;) {
    const left = await held();
    if (left.length === 0) return;
    report(`waiting for ${left.join(", ")}`);
    if (performance.now() >= deadline) {
      throw failure(
        `Still in the cluster after ${Math.round(limit / 60_000)} min: ${left.join(", ")}.`,
        "The cluster stays until they are gone: their load balancers and disks would be left in the cloud, and cost money.",
        "Remove what is not Quint's, look at its events (kubectl describe), then run it again: it goes on where this stopped.",
      );
    }
    await sleep(pause);
  }
}
