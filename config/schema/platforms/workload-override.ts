/** What a stack may say about one workload of a platform, over the sizes of the environment. */
import { z } from "zod";
import type { Frozen } from "../frozen.ts";
import { imageReference } from "../names.ts";

/** What may be said about work that ends, and about charts: its size is the table's. */
export const imageOverride = z
  .strictObject({
    image: imageReference
      .optional()
      .describe(
        "Image to run, with tag or digest. Outside dev never `latest`; in production a release tag or a digest.",
      ),
  })
  .describe("Overrides for one job or chart.");

/** Beside `replicas`, whatever these are of. */
export const fewerReplicas = z
  .boolean()
  .optional()
  .describe(
    "Whether `replicas` may be fewer than production's figure, 0 among them: while data is restored, or a version is held back.",
  )
  .meta({ examples: [true] });

/** What may be said about a server. */
export const workloadOverride = z
  .strictObject({
    ...imageOverride.shape,
    fewerReplicas,
    replicas: z
      .int()
      .min(0)
      .max(500)
      .optional()
      .describe("Fixed number of replicas, in place of the environment's figure; switches autoscaling off.")
      .meta({ examples: [3] }),
  })
  .describe("Overrides for one workload.");

export type WorkloadOverride = Frozen<z.infer<typeof workloadOverride>>;
