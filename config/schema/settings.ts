/** The whole of a stack's settings: one schema, types inferred from it, docs/configuration.md generated from it. */
import { z } from "zod";
import { ci } from "./ci.ts";
import { cluster, type settled } from "./cluster.ts";
import { delivery, gitops } from "./delivery.ts";
import { foundation } from "./foundation.ts";
import { charts, imageMirror } from "./mirrors.ts";
import { dnsLabel, imageReference } from "./names.ts";
import { platforms } from "./platforms.ts";
import { rollback } from "./rollback.ts";
import { secrets } from "./secrets.ts";

export const environments = ["dev", "staging", "production"] as const;
export type Environment = (typeof environments)[number];

/** An address with a user and password in it: `s3://key:secret@bucket`. */
const withCredentials = /^[a-z][a-z0-9+.-]*:\/\/[^/\s?]*@/i;

const withoutCredentials = (address: string): boolean => !withCredentials.test(address);
const credentialRefused = {
  message: "carries credentials, and settings are not secret",
  params: { remedy: "the address without user and password; credentials come from the environment" },
};

const state = z
  .strictObject({
    backend: z
      .string()
      .regex(/^(local|(https|s3|gs|azblob|file):\/\/\S+)$/, "is not the address of a state backend")
      .refine(withoutCredentials, credentialRefused)
      .describe(
        "Where the state lives: `local` (a folder under `.quint/`, dev only), `s3://bucket?region=…` (S3, or OCI Object Storage with `endpoint` and `s3ForcePathStyle=true`), `gs://…`, `azblob://…`, `file://…`, or the https address of a Pulumi service.",
      )
      .meta({ examples: ["s3://your-bucket?region=eu-central-1"] }),
    secretsProvider: z
      .string()
      .regex(
        /^(passphrase|default|(awskms|azurekeyvault|gcpkms|hashivault):\/\/\S+)$/,
        "is not the address of a secrets provider",
      )
      .refine(withoutCredentials, credentialRefused)
      .describe(
        "What encrypts secrets in the state: `passphrase` (from the environment; generated once for `local`), `awskms://…`, `gcpkms://…`, `azurekeyvault://…`, `hashivault://…`, or `default` (the Pulumi service's own).",
      )
      .meta({ examples: ["awskms://alias/your-key?region=eu-central-1"] }),
  })
  .describe(
    "State and its encryption. Staging and production choose both; dev and simulated clusters have local state.",
  );

export const settings = z
  .strictObject({
    environment: z.enum(environments).describe("Which sizes to use: the column of the sizes table."),
    domain: z
      .string()
      .max(200)
      .regex(
        /^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])$/,
        "is not a domain name in small letters",
      )
      .describe("Domain under which every host lives.")
      .meta({ examples: ["example.com"] }),
    cluster,
    state: state.optional(),
    images: z
      .strictObject({
        sample: z
          .boolean()
          .default(false)
          .describe(
            "Run a sample (podinfo) in place of each application image that is not set, so that a platform can be tried before its services exist. Dev only.",
          ),
        recovery: imageReference
          .optional()
          .describe(
            "Image of `services/recovery`: the restore drill, which restores the newest backups every week and compares them with what they recorded, and the loader, with which `./quint restore` loads dumps and mirrors back. Left out: backups are made and never proven, and no dump or mirror is loaded.",
          )
          .meta({ examples: ["ghcr.io/your-organization/recovery:v1.0.0"] }),
        mirror: imageMirror,
        pullSecret: dnsLabel
          .optional()
          .describe(
            "Name of the Secret (`kubernetes.io/dockerconfigjson`) with which platforms pull from private registries, in each of their namespaces. It comes from `secrets.store` or `secrets.sealed`, else from you.",
          )
          .meta({ examples: ["private-images"] }),
      })
      .prefault({})
      .describe("Images that hold for every platform.")
      .meta({ examples: [{ sample: true }] }),
    charts,
    progressive: z
      .boolean()
      .optional()
      .describe(
        "Whether new versions come in as platforms declare it, as canaries and blue-greens that Argo Rollouts carries out; else all roll plainly, as Deployments. Left out: `false` in dev, `true` elsewhere.",
      )
      .meta({ examples: [true] }),
    foundation,
    secrets,
    delivery,
    gitops,
    ci,
    rollback,
    platforms,
  })
  .describe("Settings of a stack.");

/** What a stack file says, checked, with defaults filled in. */
export type StackSettings = Omit<z.infer<typeof settings>, "cluster"> & {
  cluster: ReturnType<typeof settled>;
};
