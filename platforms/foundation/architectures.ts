/** Whether the images of the foundation's charts run on the stack's nodes. */
import type { ChartPin } from "../../config/catalog/chart.ts";
import type { Problem } from "../../config/problems.ts";
import { keyOf } from "../../config/values.ts";
import type { FoundationStack } from "./stack.ts";

/**
 * Every image must run on every pool that takes pods: the charts' pods go anywhere, and a node agent goes everywhere.
 *
 * @param pins charts of the stack.
 */
export function architectureProblems(
  pins: readonly ChartPin[],
  { cluster }: Pick<FoundationStack, "cluster">,
): Problem[] {
  const images = pins.flatMap(({ chart, images: own }) =>
    Object.values(own).map(({ reference, architectures }) => ({ chart, reference, architectures })),
  );
  return cluster.nodePools.flatMap((pool, index): Problem[] => {
    if (pool.taints.some(({ effect }) => effect !== "PreferNoSchedule")) return [];
    const missing = images.filter(({ architectures }) => !architectures.includes(pool.architecture));
    return missing.length === 0
      ? []
      : [
          {
            key: keyOf(["cluster", "nodePools", index, "architecture"]),
            value: pool.architecture,
            reason: `is an architecture that images of the foundation lack: ${missing.map(({ chart, reference }) => `${reference} (chart ${chart})`).join(", ")}`,
            remedy: `a \`NoSchedule\` taint on the pool \`${pool.name}\`, a pool of another architecture, or \`foundation.disable\``,
          },
        ];
  });
}
