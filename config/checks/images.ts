/** Which images may run where. */
import { plain } from "../values.ts";
import type { Finding } from "../issues.ts";
import { check, type Check } from "./check.ts";
import { factsOf, workloadPath, type PlatformFacts } from "./platform-facts.ts";

/** A release: `v1.2.3`, `1.2`, `1.2.3-rc.1`, `2024.5.1`. A branch or a moving tag has no such form. */
const release = /^v?\d+\.\d+(\.\d+)?([-+._][\w.+-]*)?$/;

const sampleInDevOnly = check(
  "`images.sample` is for dev.",
  ["environment", "images"],
  ({ environment, images: { sample } }) =>
    sample && environment !== "dev"
      ? [
          {
            path: ["images", "sample"],
            reason: `would run a sample in place of your services in ${environment}; samples are for dev`,
            remedy: "leave `sample` out, and set the image of each service, e.g. `workloads.api.image`",
          },
        ]
      : [],
);

const everyServiceHasAnImage = check(
  "Every service of a platform's own has an image, unless samples stand in.",
  ["platforms", "images"],
  ({ platforms, images: { sample } }) =>
    sample
      ? []
      : factsOf(platforms).flatMap((facts) =>
          facts.ownImages
            .filter((workload) => facts.overrides[workload]?.image === undefined)
            .map((workload) => ({
              path: workloadPath(facts, workload, "image"),
              reason: "is required: this service is your own, and the catalog has no image for it",
              remedy:
                `image: ${facts.exampleImage(workload)}\n` +
                "or, in dev, `quint:images: { sample: true }` to run a sample in its place",
            })),
        ),
);

const fixedTags = check(
  "Outside dev no image is tagged `latest`; in production every image has a release tag (`v1.2.3`) or a digest.",
  ["environment", "platforms"],
  ({ environment, platforms }) =>
    imagesIn(factsOf(platforms)).flatMap(({ path, image }): Finding[] => {
      if (environment === "dev" || image.includes("@sha256:")) return [];
      const tag = image.slice(image.lastIndexOf(":") + 1);
      const repository = plain(image.slice(0, image.lastIndexOf(":")));
      if (tag === "latest") {
        return [
          {
            path,
            reason: "moves: what `latest` is changes without a deploy",
            remedy: `\`${repository}:v1.2.3\``,
          },
        ];
      }
      return environment === "production" && !release.test(tag)
        ? [
            {
              path,
              reason: "is tagged by a branch or a moving name, and production runs releases",
              remedy: `a release tag or a digest: \`${repository}:v1.2.3\`, \`${repository}@sha256:…\``,
            },
          ]
        : [];
    }),
);

/** Every image that a stack sets, and where. */
function imagesIn(platforms: readonly PlatformFacts[]) {
  return platforms.flatMap((facts) => [
    ...Object.entries(facts.overrides).flatMap(([workload, override]) =>
      override?.image === undefined
        ? []
        : [{ path: workloadPath(facts, workload, "image"), image: override.image }],
    ),
    ...(facts.otherImages ?? []),
  ]);
}

/**
 * A catalog image that is published for none of the pools' architectures can run nowhere.
 *
 * @param facts what is known of the platforms that a stack names.
 */
export function imagesForTheNodes(facts: typeof factsOf): Check {
  return check(
    "Every catalog image is published for the architecture of some pool.",
    ["cluster", "platforms"],
    ({ cluster, platforms }) => {
      const architectures = new Set(cluster.nodePools.map((pool) => pool.architecture));
      return facts(platforms).flatMap((known) =>
        Object.entries(known.pins)
          .filter(([workload]) => known.overrides[workload]?.image === undefined)
          .filter(([, pin]) => !pin.architectures.some((architecture) => architectures.has(architecture)))
          .map(([workload, pin]) => ({
            path: workloadPath(known, workload, "image"),
            value: pin.reference,
            reason: `is published for ${pin.architectures.join(" and ")}, and no node pool has that architecture`,
            remedy: `a node pool with \`architecture: ${pin.architectures[0] ?? "amd64"}\`, or another image`,
          })),
      );
    },
  );
}

export const imageChecks: readonly Check[] = [
  sampleInDevOnly,
  everyServiceHasAnImage,
  fixedTags,
  imagesForTheNodes(factsOf),
];
