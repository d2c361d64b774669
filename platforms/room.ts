/** Whether the nodes of a stack are enough for all of its pods together. Whether each finds its place, the scheduler says. */
import { SettingsError, type NodePool, type Settings } from "../config/index.ts";
import { allocatableOf } from "../config/sizes/allocatable.ts";
import { keyOf } from "../config/values.ts";
import { amountOf, type Platform } from "./model/index.ts";
import type { FoundationSpec } from "./model/foundation.ts";
import { add, nothing, podsOf, type Amounts } from "./pods.ts";

/** A pool that may grow, where the cluster's maker can have it do so. */
type Growing = NodePool & { readonly autoscaling?: { readonly max: number } | undefined };

/**
 * Refuses pools whose nodes, at their most, have less for pods than the stack's pods request at their fewest: some would
 * wait for a node for ever. Jobs are left out, which come and go.
 *
 * @throws SettingsError with both figures.
 */
export function refuseFullNodes(
  foundation: Pick<FoundationSpec, "addOns">,
  platforms: readonly Platform[],
  { cluster, sizes, stack }: Pick<Settings, "cluster" | "sizes" | "stack">,
): void {
  // A node of kind offers all of this machine, whatever its pool says.
  if (cluster.type === "kind") return;
  const all = podsOf(foundation, platforms, sizes.mesh.sidecar);
  const everywhere = sum(all.filter(({ everyNode }) => everyNode).map(({ requests }) => [requests, 1]));
  // No pod of a platform tolerates a taint.
  const pools = (cluster.nodePools as readonly Growing[])
    .filter(({ taints }) => taints.every(({ effect }) => effect === "PreferNoSchedule"))
    .map((pool) => {
      const { cpu, memory } = allocatableOf(pool);
      const room = add({ cpu: amountOf(cpu), memory: amountOf(memory) }, everywhere, -1);
      return { pool, room, most: pool.autoscaling?.max ?? pool.count };
    });
  const asked = sum(
    all.filter(({ everyNode }) => !everyNode).map(({ requests, replicas }) => [requests, replicas]),
  );
  const there = sum(pools.map(({ room, most }) => [room, most]));
  const missing = add(asked, there, -1);
  const [largest] = pools.toSorted((one, other) => other.room.cpu - one.room.cpu);
  // No node at all is said by another check.
  if (largest === undefined || (missing.cpu <= 0 && missing.memory <= 0)) return;
  const { room, pool, most } = largest;
  const more = Math.max(missing.cpu / room.cpu, missing.memory / room.memory);
  const nodes =
    more > 0 && Number.isFinite(more) && room.cpu > 0 && room.memory > 0
      ? `\`${pool.autoscaling === undefined ? "count" : "autoscaling.max"}: ${most + Math.ceil(more)}\` for the pool \`${pool.name}\``
      : "pools of larger nodes";
  throw new SettingsError(
    [
      {
        key: keyOf(["cluster", "nodePools"]),
        value: pools
          .map((one) => `${one.pool.name}: ${one.most} × ${one.pool.cpu} CPU, ${one.pool.memoryGiB} GiB`)
          .join("; "),
        reason: `have too little for what ${stack} runs: its pods request ${words(asked)}, and the nodes, at their most, have ${words(there)} for them`,
        remedy: `${nodes}, or fewer platforms`,
      },
    ],
    `the nodes of ${stack}`,
  );
}

function sum(amounts: readonly (readonly [Amounts, number])[]): Amounts {
  return amounts.reduce((total, [amount, times]) => add(total, amount, times), nothing);
}

/** Tenths are enough to tell them apart. */
function words({ cpu, memory }: Amounts): string {
  return `${cpu.toFixed(1)} CPU and ${(memory / 2 ** 30).toFixed(1)} GiB`;
}
