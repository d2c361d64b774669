/** Node pools of clusters that Quint makes itself: the machines of every cluster, and how far a pool may grow. */
import { z } from "zod";
import { nodePool } from "./cluster-machines.ts";
import type { Frozen } from "./frozen.ts";

const nodeCount = z.int().min(1).max(200);

/** A node pool that the cluster autoscaler may resize. */
export const growingPool = nodePool
  .extend({
    autoscaling: z
      .strictObject({
        min: nodeCount.describe("Fewest nodes of the pool.").meta({ examples: [3] }),
        max: nodeCount.describe("Most nodes of the pool.").meta({ examples: [6] }),
      })
      .optional()
      .describe(
        "Bounds between which the cluster autoscaler sizes the pool; `count` is then only what it starts with. Left out: always `count` nodes.",
      )
      .meta({ examples: [{ min: 3, max: 6 }] }),
  })
  .describe("A group of equal nodes, which may grow.");

export type GrowingPool = Frozen<z.infer<typeof growingPool>>;

/** What is wrong with a pool: where in it, why (reads on after the key), and what to write. */
export interface PoolProblem {
  readonly path: readonly PropertyKey[];
  readonly reason: string;
  readonly remedy: string;
}

/** A list of pools, each with a name of its own and bounds around its count, and without the problems of its cloud. */
export function pools<Pool extends typeof growingPool | typeof nodePool>(
  pool: Pool,
  problemsOf: (pool: GrowingPool) => readonly PoolProblem[],
) {
  return z
    .array(pool)
    .min(1)
    .max(20)
    .check((context) => {
      const seen = new Set<string>();
      for (const [index, entry] of (context.value as GrowingPool[]).entries()) {
        const problems = [...repeatedName(entry, seen), ...outOfBounds(entry), ...problemsOf(entry)];
        seen.add(entry.name);
        for (const { path, reason, remedy } of problems) {
          context.issues.push({
            code: "custom",
            input: context.value,
            path: [index, ...path],
            message: `of pool \`${entry.name}\` ${reason}`,
            params: { remedy },
          });
        }
      }
    });
}

function repeatedName({ name }: GrowingPool, seen: ReadonlySet<string>): PoolProblem[] {
  return seen.has(name)
    ? [{ path: ["name"], reason: "is the name of a pool before it", remedy: "a name of its own" }]
    : [];
}

function outOfBounds({ count, autoscaling }: GrowingPool): PoolProblem[] {
  if (autoscaling === undefined) return [];
  const { min, max } = autoscaling;
  if (min > max) {
    return [
      {
        path: ["autoscaling", "min"],
        reason: `is more than the most nodes, ${max}`,
        remedy: `at most \`min: ${max}\``,
      },
    ];
  }
  return count < min || count > max
    ? [
        {
          path: ["count"],
          reason: `is not between \`autoscaling.min\` (${min}) and \`autoscaling.max\` (${max})`,
          remedy: `\`count: ${Math.min(Math.max(count, min), max)}\``,
        },
      ]
    : [];
}
