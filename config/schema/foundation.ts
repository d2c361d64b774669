/** What a stack may say of the foundation: add-ons, certificates, logins, notifications, stores. Secrets by name. */
import { z } from "zod";
import { addOnNames } from "../catalog/add-ons.ts";
import type { Frozen } from "./frozen.ts";
import { alerting } from "./alerting.ts";
import { awsRegion } from "./cluster-eks.ts";
import { dnsSubdomain } from "./names.ts";
import { kmsKey, offsite } from "./offsite.ts";
import { secretStore } from "./secret-stores.ts";

const secretName = dnsSubdomain.meta({ examples: ["argocd-oidc"] });

const certificates = z
  .strictObject({
    issuer: z
      .enum(["self-signed", "letsencrypt-staging", "letsencrypt"])
      .optional()
      .describe(
        "Who signs the certificates of hosts: an authority of the cluster's own, Let's Encrypt's trial, or Let's Encrypt. Left out: `self-signed` in dev, `letsencrypt` elsewhere.",
      )
      .meta({ examples: ["letsencrypt"] }),
    email: z
      .email("is not an e-mail address")
      .optional()
      .describe("Address of the Let's Encrypt account.")
      .meta({ examples: ["platform@example.com"] }),
    route53: z
      .strictObject({
        region: awsRegion.describe("AWS region."),
        hostedZone: z
          .string()
          .min(1)
          .optional()
          .describe("Zone to write into. Left out: found by the domain.")
          .meta({ examples: ["Z0123456789EXAMPLE"] }),
      })
      .optional()
      .describe(
        "Prove the domain by DNS records in Route 53, with the identity of cert-manager's pods. Left out: by HTTP through the gateway, which Let's Encrypt must be able to reach.",
      )
      .meta({ examples: [{ region: "eu-central-1" }] }),
  })
  .prefault({})
  .describe("Certificates of the hosts on the gateway.")
  .meta({ examples: [{ issuer: "letsencrypt", email: "platform@example.com" }] });

const oidc = z
  .strictObject({
    issuer: z
      .url({ protocol: /^https$/, error: "is not an https address" })
      .describe("Address of the identity provider.")
      .meta({ examples: ["https://login.example.com"] }),
    clientId: z
      .string()
      .min(1)
      .describe("Client of Argo CD at the provider.")
      .meta({ examples: ["argocd"] }),
    secret: secretName.describe(
      "Name of the Secret in `argocd`, labelled `app.kubernetes.io/part-of: argocd`, whose key `clientSecret` is the client's secret.",
    ),
    login: z
      .strictObject({
        clientId: z
          .string()
          .min(1)
          .describe("Client of the login at the provider.")
          .meta({ examples: ["quint-login"] }),
        secret: dnsSubdomain
          .describe("Name of the Secret in `login` whose key `clientSecret` is the client's secret.")
          .meta({ examples: ["login-oidc"] }),
        groups: z
          .array(
            z
              .string()
              .min(1)
              .meta({ examples: ["quint:sre"] }),
          )
          .max(50)
          .default([])
          .describe("Groups that may log in. Left out: everyone whom the provider knows."),
      })
      .optional()
      .describe(
        "The login in front of tools that have none of their own. Its redirect addresses are `https://<host>/oauth2/callback`, for each host that asks for it. Left out: a generated user, see `./quint secrets`.",
      )
      .meta({ examples: [{ clientId: "quint-login", secret: "login-oidc" }] }),
  })
  .describe(
    "Logins of Argo CD. Groups `quint:platform-admins`, `quint:sre`, `quint:developers`, `quint:release-managers`, `quint:qa` and `quint:compliance` have the roles of the clinical seed.",
  )
  .meta({
    examples: [{ issuer: "https://login.example.com", clientId: "argocd", secret: "argocd-oidc" }],
  });

const notifications = z
  .strictObject({
    secret: secretName
      .default("argocd-notifications")
      .describe(
        "Name of the Secret in `argocd` with the keys `slack-token`, `email-username` and `email-password`, as far as they are used.",
      ),
    slack: z
      .strictObject({
        channel: z
          .string()
          .regex(/^[a-z0-9][a-z0-9_-]{0,79}$/, "is not the name of a channel, without `#`")
          .describe("Channel, without `#`.")
          .meta({ examples: ["deployments"] }),
      })
      .optional()
      .describe("Tell a Slack channel of deployments and failures."),
    email: z
      .strictObject({
        host: dnsSubdomain.describe("SMTP server.").meta({ examples: ["smtp.example.com"] }),
        port: z.int().min(1).max(65535).default(587).describe("Its port."),
        from: z
          .email()
          .describe("Sender.")
          .meta({ examples: ["argocd@example.com"] }),
        to: z
          .array(z.email().meta({ examples: ["platform@example.com"] }))
          .min(1)
          .max(20)
          .describe("Recipients."),
      })
      .optional()
      .describe("Send an e-mail of deployments and failures."),
  })
  .describe("Notifications of Argo CD.")
  .meta({ examples: [{ slack: { channel: "deployments" } }] });

const backups = z
  .strictObject({
    bucket: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "is not the name of a bucket")
      .describe("Bucket for backups.")
      .meta({ examples: ["your-backups"] }),
    prefix: z
      .string()
      .min(1)
      .optional()
      .describe("Folder in it.")
      .meta({ examples: ["production"] }),
    region: z
      .string()
      .min(1)
      .describe("Its region.")
      .meta({ examples: ["eu-central-1"] }),
    endpoint: z
      .url({ protocol: /^https$/, error: "is not an https address" })
      .optional()
      .describe("Address of an S3-compatible store. Left out: AWS.")
      .meta({ examples: ["https://your-namespace.compat.objectstorage.eu-frankfurt-1.oraclecloud.com"] }),
    kmsKey,
    secret: secretName
      .optional()
      .describe(
        "Name of the Secret in `velero` whose key `cloud` is a credentials file. Left out: the identity of the pods.",
      )
      .meta({ examples: ["velero-credentials"] }),
  })
  .describe("Where Velero keeps backups, on a cluster whose maker brings no object store.")
  .meta({ examples: [{ bucket: "your-backups", region: "eu-central-1" }] });

const addOnName = z.enum(addOnNames);

const price = z.number().min(0).max(1000);

const prices = z
  .strictObject({
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, "must be a currency of ISO 4217, three capital letters, e.g. `USD`")
      .default("USD")
      .describe("Currency of the prices.")
      .meta({ examples: ["USD"] }),
    cpuCoreHour: price
      .default(0.031611)
      .describe("A CPU core for an hour.")
      .meta({ examples: [0.01] }),
    memoryGibHour: price
      .default(0.004237)
      .describe("A GiB of memory for an hour.")
      .meta({ examples: [0.0015] }),
    storageGibMonth: price
      .default(0.04)
      .describe("A GiB of a volume for a month.")
      .meta({ examples: [0.0255] }),
  })
  .prefault({})
  .describe(
    "What the dashboard of costs reckons with. Left out: OpenCost's default prices (its configs/default.json), which are those of a large cloud.",
  );

export const foundation = z
  .strictObject({
    enable: z
      .array(addOnName)
      .default([])
      .describe("Add-ons to have beyond those that platforms and settings need.")
      .meta({ examples: [["sealed-secrets"]] }),
    disable: z
      .array(addOnName)
      .default([])
      .describe(
        "Add-ons to leave out, because the cluster brings its own. Refused where something needs them.",
      )
      .meta({ examples: [["metrics-server"]] }),
    certificates,
    oidc: oidc.optional(),
    notifications: notifications.optional(),
    alerting: alerting.optional(),
    secretStores: z
      .array(secretStore)
      .max(20)
      .default([])
      .describe("Stores that External Secrets reads. With at least one, the stack has External Secrets.")
      .meta({ examples: [[{ kind: "aws", name: "aws", region: "eu-central-1" }]] }),
    backups: backups.optional(),
    offsite: offsite.optional(),
    prices,
    guardrails: z
      .enum(["deny", "warn", "audit"])
      .optional()
      .describe(
        "What the API server does with a change that breaks a rule (docs/policies.md): refuse it, warn whoever makes it, or only note it in the audit log. Left out: `warn` in dev, `deny` elsewhere.",
      )
      .meta({ examples: ["warn"] }),
    tracing: z
      .strictObject({
        samplingPercent: z
          .number()
          .min(0)
          .max(100)
          .optional()
          .describe(
            "Traces that are kept of those that neither failed nor were slow, in percent. Left out: 100 in dev, 10 elsewhere.",
          )
          .meta({ examples: [10] }),
        slowMilliseconds: z
          .int()
          .min(1)
          .max(600_000)
          .default(2000)
          .describe("Traces that took longer are all kept, in milliseconds.")
          .meta({ examples: [500] }),
        offeredPercent: z
          .number()
          .min(0)
          .max(100)
          .default(100)
          .describe(
            "Requests for which the mesh begins a trace, in percent. Below 100 spans cost less, and failed requests may have no trace.",
          )
          .meta({ examples: [25] }),
      })
      .prefault({})
      .describe("Distributed tracing."),
  })
  .prefault({})
  .describe("Add-ons of the cluster. What is needed is found out; this changes it.")
  .meta({ examples: [{ enable: ["sealed-secrets"] }] });

export type FoundationSettings = Frozen<z.infer<typeof foundation>>;
