/** Which images may run where. */
import { images, type ImagePin } from "../catalog/images.ts";
import type { Finding } from "../issues.ts";
import type { CancerSettings } from "../schema/platforms.ts";
import { plain } from "../values.ts";
import { check, type Check } from "./check.ts";

/** Workloads whose image is the user's own: nothing in the catalog stands for them. */
const applicationWorkloads = ["api"] as const satisfies readonly (keyof CancerSettings["workloads"])[];

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

const everyApplicationHasAnImage = check(
  "Every application service has an image, unless samples stand in. The cancer platform's is `api`.",
  ["platforms", "images"],
  ({ platforms: { cancer }, images: { sample } }) =>
    cancer === undefined || sample
      ? []
      : applicationWorkloads
          .filter((workload) => cancer.workloads[workload]?.image === undefined)
          .map((workload) => ({
            path: ["platforms", "cancer", "workloads", workload, "image"],
            reason: "is required: this service is your own, and the catalog has no image for it",
            remedy:
              "image: ghcr.io/your-organization/cancer-mlops-api:v1.0.0\n" +
              "or, in dev, `quint:images: { sample: true }` to run a sample in its place",
          })),
);

const fixedTags = check(
  "Outside dev no image is tagged `latest`; in production every image has a release tag (`v1.2.3`) or a digest.",
  ["environment", "platforms"],
  ({ environment, platforms: { cancer } }) =>
    Object.entries(cancer?.workloads ?? {}).flatMap(([workload, override]): Finding[] => {
      const image = override.image;
      if (image === undefined || environment === "dev" || image.includes("@sha256:")) return [];
      const path = ["platforms", "cancer", "workloads", workload, "image"];
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

/** Catalog images, by what runs them. */
const catalogImagesOfCancer = {
  mlflow: images.mlflow,
  prometheus: images.prometheus,
  grafana: images.grafana,
};

/**
 * A catalog image that is published for none of the pools' architectures can run nowhere.
 *
 * @param pins the catalog's images of the platform, by workload.
 */
export function imagesForTheNodes(pins: Readonly<Record<string, ImagePin>>): Check {
  return check(
    "Every catalog image is published for the architecture of some pool.",
    ["cluster", "platforms"],
    ({ cluster, platforms: { cancer } }) => {
      const architectures = new Set(cluster.nodePools.map((pool) => pool.architecture));
      return Object.entries(pins)
        .filter(([workload]) => cancer !== undefined && !(workload in cancer.workloads))
        .filter(([, pin]) => !pin.architectures.some((architecture) => architectures.has(architecture)))
        .map(([workload, pin]) => ({
          path: ["platforms", "cancer", "workloads", workload, "image"],
          value: pin.reference,
          reason: `is published for ${pin.architectures.join(" and ")}, and no node pool has that architecture`,
          remedy: `a node pool with \`architecture: ${pin.architectures[0] ?? "amd64"}\`, or another image`,
        }));
    },
  );
}

export const imageChecks: readonly Check[] = [
  sampleInDevOnly,
  everyApplicationHasAnImage,
  fixedTags,
  imagesForTheNodes(catalogImagesOfCancer),
];
