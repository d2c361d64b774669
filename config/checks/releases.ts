/** Releases of the code-review platform: what its versions choose from. */
import type { Finding } from "../issues.ts";
import { quoted, suggestion } from "../nearest.ts";
import { codeReviewCore, codeReviewVersions } from "../schema/platforms/code-review.ts";
import { check, type Check } from "./check.ts";

const here = ["platforms", "code-review"];

const stableHasARelease = check(
  "The stable version of code-review runs a release, unless samples stand in.",
  ["platforms", "images"],
  ({ platforms: { "code-review": codeReview }, images: { sample } }) =>
    codeReview === undefined || sample || codeReview.versions.stable !== undefined
      ? []
      : [
          {
            path: [...here, "versions", "stable"],
            reason: "is required: without a release stable would be empty",
            remedy:
              "the name of one of `releases`, e.g. `stable: v2.3.0`\n" +
              "or, in dev, `quint:images: { sample: true }` to run samples in its place",
          },
        ],
);

const releasesAreThere = check(
  "The release that a version of code-review runs is one of its `releases`, and has an image of each of the three services.",
  ["platforms"],
  ({ platforms: { "code-review": codeReview } }) =>
    codeReviewVersions.flatMap((version): Finding[] => {
      const name = codeReview?.versions[version];
      if (codeReview === undefined || name === undefined) return [];
      const names = Object.keys(codeReview.releases);
      const release = codeReview.releases[name];
      if (release === undefined) {
        return [
          {
            path: [...here, "versions", version],
            reason: `is not a release; there ${names.length === 1 ? "is" : "are"} ${names.length === 0 ? "none" : quoted(names)}`,
            remedy: names.length === 0 ? `\`releases: { ${name}: … }\`` : suggestion(name, names),
          },
        ];
      }
      return codeReviewCore
        .filter((service) => release[service] === undefined)
        .map((service) => ({
          path: [...here, "releases", name, service],
          reason: `is required: ${version} runs this release`,
          remedy: `${service}: ghcr.io/your-organization/${service}:${name}`,
        }));
    }),
);

export const releaseChecks: readonly Check[] = [stableHasARelease, releasesAreThere];
