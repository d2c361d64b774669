/** Values that stand in a stack file as examples, and that only its user knows. */
import type { Problem } from "./problems.ts";
import { problemOf, type WrittenSettings } from "./parse.ts";
import type { Settings } from "./settings.ts";

/** Keys of a cluster that say whose cloud it is. */
const keys = ["tenancy", "compartment", "objectStorageNamespace"] as const;

/** As the schema's own examples end or begin. */
const example = /\.aaaaexample$|^your-/;

/** What has to be written before the stack's own cluster is made: its manifests can be rendered without. */
export function examplesIn({ cluster }: Settings, written: WrittenSettings): Problem[] {
  if (cluster.type !== "oke") return [];
  return keys
    .filter((key) => example.test(cluster[key]))
    .map((key) =>
      problemOf(
        {
          path: ["cluster", key],
          reason: "is an example, and the cluster would be made there",
          remedy: `your own: docs/configuration.md says what \`${key}\` is`,
        },
        written,
      ),
    );
}
