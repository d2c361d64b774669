/** What a stack may say of where the values of Secrets come from. */
import { z } from "zod";
import type { Frozen } from "./frozen.ts";
import { dnsLabel } from "./names.ts";

const ciphertext = z
  .string()
  .max(100_000)
  // The session key alone is 256 bytes, sealed with the smallest RSA key: no password is as long.
  .regex(/^[A-Za-z0-9+/]{340,}={0,2}$/, "is not what `kubeseal --raw` prints")
  .describe("The key's value as `kubeseal --raw` prints it.")
  .meta({ examples: ["AgBy3i4OJSWK".padEnd(684, "A")] });

const sealed = z
  .record(
    z
      .string()
      .regex(
        /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\/[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/,
        "is not a namespace and a Secret, with `/` between them",
      ),
    z
      .record(z.string().regex(/^[-._a-zA-Z0-9]{1,253}$/, "is not a key of a Secret"), ciphertext)
      .describe("Each key of the Secret that holds a password or a key, encrypted for this cluster."),
  )
  .default({})
  .describe(
    "Secrets that are encrypted for this cluster (Sealed Secrets), by `<namespace>/<Secret>`: this file, and the repository that holds it, may be read by anyone. They take the place of generated ones and of those in `store`.",
  );

export const secrets = z
  .strictObject({
    store: dnsLabel
      .optional()
      .describe(
        "Name of one of `foundation.secretStores`. Left out: values are generated, and exist in the cluster and the encrypted state alone.",
      )
      .meta({ examples: ["vault"] }),
    prefix: z
      .string()
      .max(200)
      .regex(/^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/, "is not a path: names, with `/` between them")
      .default("quint")
      .describe(
        "Path in the store under which the Secrets are: `<prefix>/<namespace>/<Secret>`, each with a property for each key. `docs/platforms/` lists them.",
      )
      .meta({ examples: ["quint/production"] }),
    sealed,
  })
  .prefault({})
  .describe(
    "Where the values of the platforms' Secrets come from: generated, read from a store through External Secrets, or sealed.",
  )
  .meta({ examples: [{ store: "vault", prefix: "quint/production" }] });

export type SecretsSettings = Frozen<z.infer<typeof secrets>>;
