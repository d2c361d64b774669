/** Taking a cluster of a cloud down in stages: what is in it, what it holds of the cloud, then the cluster itself. */
import type { ExportedResource } from "../engine/pending.ts";
import { isEmpty, type Plan } from "../engine/plan.ts";

export interface Destruction {
  /** All that goes. */
  readonly plan: Plan;
  /** URNs that stay in any case. */
  readonly exclude: readonly string[];
  /** Everything in the state. */
  readonly resources: readonly ExportedResource[];
  /** Deletes what a plan says, but for some URNs; returns the seconds that it took. */
  readonly destroy: (plan: Plan, exclude: readonly string[]) => Promise<number>;
  /** Waits until the cluster holds nothing of the cloud any more. */
  readonly release: () => Promise<void>;
}

/**
 * The engine alone would go on to the nodes as soon as the last claim is gone, while the controllers that give its disk
 * back still need them. Nothing of the cluster goes before `release` is done; where something is kept in it, it stays.
 *
 * @returns seconds that the deletions took.
 */
export async function destroyInStages(destruction: Destruction): Promise<number> {
  const { plan, exclude, resources, destroy, release } = destruction;
  const cluster = resources.map(({ urn }) => urn).filter(isOfCluster);
  const part = (ofCluster: boolean): Plan => ({
    ...plan,
    changes: plan.changes.filter(({ urn }) => isOfCluster(urn) === ofCluster),
  });
  const [inside, own] = [part(false), part(true)];
  let seconds = 0;
  if (!isEmpty(inside)) seconds += await destroy(inside, [...exclude, ...cluster]);
  if (isEmpty(own)) return seconds;
  await release();
  return seconds + (await destroy(own, exclude));
}

/** Whether the maker of the cluster made it: the cluster, its network, and what comes with it. */
function isOfCluster(urn: string): boolean {
  return urn.includes("::quint:cluster:");
}
