/** What a stack may say of where the values of Secrets come from. */
import { z } from "zod";
import type { Frozen } from "./frozen.ts";
import { dnsLabel } from "./names.ts";

export const secrets = z
  .strictObject({
    store: dnsLabel.describe("Name of one of `foundation.secretStores`.").meta({ examples: ["vault"] }),
    prefix: z
      .string()
      .max(200)
      .regex(/^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/, "is not a path: names, with `/` between them")
      .default("quint")
      .describe(
        "Path in the store under which the Secrets are: `<prefix>/<namespace>/<Secret>`, each with a property for each key. `docs/platforms/` lists them.",
      )
      .meta({ examples: ["quint/production"] }),
  })
  .optional()
  .describe(
    "Read the Secrets of platforms from a store, through External Secrets. Left out: their values are generated, and exist in the cluster and the encrypted state alone.",
  )
  .meta({ examples: [{ store: "vault", prefix: "quint/production" }] });

export type SecretsSettings = Frozen<z.infer<typeof secrets>>;
