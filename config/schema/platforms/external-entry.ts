/** An entry of a secret store: Vault or AWS Secrets Manager, by the name that the foundation's settings give it. */
import { z } from "zod";
import { dnsLabel } from "../names.ts";

export const externalEntry = z.strictObject({
  store: dnsLabel
    .describe("Name of the store in `quint:foundation.secretStores`.")
    .meta({ examples: ["vault"] }),
  entry: z
    .string()
    .min(1)
    .max(500)
    .regex(/^[\w/+=.@-]+$/, "is not the name or path of an entry")
    .describe("Path (Vault) or name (AWS) of the entry.")
    .meta({ examples: ["production/chest-xray/database"] }),
  refreshMinutes: z
    .int()
    .min(1)
    .max(1440)
    .default(60)
    .describe("How often the entry is read: a value that is rotated there arrives here within that time.")
    .meta({ examples: [15] }),
});
