/** What a stack may say about the code-review platform. */
import { z } from "zod";
import { limitedRange } from "../address-ranges.ts";
import type { Frozen } from "../frozen.ts";
import { imageReference } from "../names.ts";
import { recoverFrom } from "./recover-from.ts";
import { fewerReplicas } from "./workload-override.ts";

/** Services that every version runs, and those that it runs where its release has an image of them. */
export const codeReviewCore = ["auth-service", "analysis-service", "ai-orchestrator"] as const;
export const codeReviewServices = [
  ...codeReviewCore,
  "project-service",
  "version-control-service",
  "comparison-service",
  "provider-service",
  "frontend",
] as const;
export type CodeReviewService = (typeof codeReviewServices)[number];

/** The three versions that run side by side. */
export const codeReviewVersions = ["stable", "experiment", "quarantine"] as const;
export type CodeReviewVersion = (typeof codeReviewVersions)[number];

const releaseName = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/, "is not a name of small letters, digits, `-` and `.`")
  .meta({ examples: ["v2.3.0"] });

/** The same schema for each of several keys, none of them required. */
function each<Name extends string, Schema extends z.ZodType>(names: readonly Name[], schema: Schema) {
  const entries = names.map((name) => [name, schema.optional()] as const);
  return z.strictObject(Object.fromEntries(entries) as Record<Name, z.ZodOptional<Schema>>);
}

const image = imageReference.describe(
  "Image of the service, with tag or digest. Outside dev never `latest`; in production a release tag or a digest.",
);

export const codeReview = z
  .strictObject({
    releases: z
      .record(
        releaseName,
        each(codeReviewServices, image).describe("Images of a release. A service without one does not run."),
      )
      .default({})
      .describe("Releases by name: what versions choose from.")
      .meta({
        examples: [{ "v2.3.0": { "auth-service": "ghcr.io/your-organization/auth-service:v2.3.0" } }],
      }),
    versions: each(codeReviewVersions, releaseName.describe("Name of a release."))
      .default({})
      .describe(
        "Which release each version runs: promoting an experiment, or putting it into quarantine, is one line here. A version without one is empty, or runs samples where these stand in.",
      )
      .meta({ examples: [{ stable: "v2.3.0", experiment: "v2.4.0-rc.1" }] }),
    providerCidrs: z
      .array(
        limitedRange("the code under review goes to the providers alone").meta({
          examples: ["203.0.113.0/24"],
        }),
      )
      .max(50)
      .default([])
      .describe(
        "Addresses of AI providers that stable's orchestrator and provider service may call (443), with the key `api-key` of the Secret `provider-credentials`: yours to make. Left out: none, as the seed's isolation has it.",
      )
      .meta({ examples: [["203.0.113.0/24"]] }),
    rotation: z
      .int()
      .min(1)
      .default(1)
      .describe("Raise by one to have every generated secret and password of the platform made anew."),
    recoverFrom,
    workloads: each(
      codeReviewServices,
      z
        .strictObject({
          fewerReplicas,
          replicas: z
            .int()
            .min(0)
            .max(500)
            .describe(
              "Fixed number of replicas in stable, in place of the environment's figure; switches autoscaling off.",
            )
            .meta({ examples: [4] }),
        })
        .describe("Overrides for one service of stable."),
    )
      .default({})
      .describe("Overrides by service of stable. Images stand in `releases`.")
      .meta({ examples: [{ "auth-service": { replicas: 4 } }] }),
  })
  .describe("AI code review: stable, experimental and quarantined versions side by side.");

export type CodeReviewSettings = Frozen<z.infer<typeof codeReview>>;
