/** The second bucket: away from the cluster's own cloud or region, and nothing that the cluster could erase. */
import { z } from "zod";
import { offsiteBucket } from "./cluster-eks.ts";
import type { Frozen } from "./frozen.ts";
import { dnsSubdomain } from "./names.ts";

/** Of a bucket that is there already. */
export const kmsKey = z
  .string()
  .regex(
    /^(alias\/[\w/-]+|arn:aws[\w-]*:kms:\S+|[0-9a-f-]{36}|mrk-[0-9a-f]{32})$/,
    "is not the alias (`alias/…`), ID or ARN of a key",
  )
  .optional()
  .describe(
    "Key of AWS KMS that encrypts the bucket's objects: hashes that S3 names for them are none, which jobs have to know. Left out: no such key does.",
  )
  .meta({ examples: ["alias/your-backups"] });

const made = offsiteBucket
  .safeExtend({
    kind: z.literal("aws").describe("Quint makes it on AWS S3, locked, with a user that may only add to it."),
  })
  .describe("A bucket on AWS S3 that Quint makes.");

const existing = z
  .strictObject({
    kind: z
      .literal("existing")
      .describe("A bucket that is there already, with a key that may only add to it."),
    bucket: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "is not the name of a bucket")
      .describe("Its name.")
      .meta({ examples: ["your-offsite-backups"] }),
    region: z
      .string()
      .min(1)
      .describe("Its region.")
      .meta({ examples: ["eu-west-1"] }),
    endpoint: z
      .url({ protocol: /^https$/, error: "is not an https address" })
      .optional()
      .describe("Address of an S3-compatible store. Left out: AWS.")
      .meta({ examples: ["https://s3.example.com"] }),
    kmsKey,
    secret: dnsSubdomain
      .describe(
        "Name of the Secret in `velero` with the keys `access-key` and `secret-key`: yours to make. It needs to list and to write, and neither to read nor to delete.",
      )
      .meta({ examples: ["offsite-credentials"] }),
  })
  .describe("A bucket that is there already.");

export const offsite = z
  .discriminatedUnion("kind", [made, existing])
  .describe(
    "The second bucket, to which all backups are copied every hour. The cluster can add to it, and neither read nor delete what is there.",
  )
  .meta({ examples: [{ kind: "aws", region: "eu-west-1", account: "123456789012" }] });

export type OffsiteSettings = Frozen<z.infer<typeof offsite>>;
