/** code-review: a version is a named release, and each of the platform's versions runs one (seed 002). */
import { codeReviewServices, type CodeReviewSettings } from "../../config/index.ts";
import { versions } from "../code-review/stack.ts";
import { settingPath, withTag, type ReleaseOf } from "./plan.ts";

const slots = ["stable", "experiment", "quarantine"] as const;
type Slot = (typeof slots)[number];

export const codeReviewRelease: ReleaseOf = {
  strategies: ["rolling"],
  environments: slots,
  namespaceOf: (_, environment) => versions[environment as Slot].namespace,
  current: ({ platforms }) => platforms["code-review"]?.versions.stable,
  plan: ({ platforms, stack }, { version, environment = "stable" }) => {
    const slot = slots.find((name) => name === environment) ?? "stable";
    const own = platforms["code-review"];
    const images = own && imagesOf(own, version, slot);
    if (images === undefined) {
      return {
        reason: `code-review has no release in ${stack} whose images could be taken in another version`,
        remedy: `Write one first: quint:platforms.code-review.releases.${version}`,
      };
    }
    return {
      edits: [
        { path: settingPath("code-review", "releases", version), value: images },
        { path: settingPath("code-review", "versions", slot), value: version },
      ],
      images: Object.values(images),
      environment: slot,
    };
  },
};

/** Images of a release: as they are written, else those of the slot's (or stable's) own release, with the version's tag. */
function imagesOf(
  { releases, versions: running }: CodeReviewSettings,
  version: string,
  slot: Slot,
): Record<string, string> | undefined {
  const written = releases[version];
  const before = releases[running[slot] ?? running.stable ?? ""];
  if (written === undefined && before === undefined) return undefined;
  return Object.fromEntries(
    codeReviewServices.flatMap((service): [string, string][] => {
      const kept = written?.[service];
      if (kept !== undefined) return [[service, kept]];
      const old = written === undefined ? before?.[service] : undefined;
      return old === undefined ? [] : [[service, withTag(old, version)]];
    }),
  );
}
