/** What a stack may say about the health-data platform. */
import { z } from "zod";
import type { Frozen } from "../frozen.ts";
import { recoverFrom } from "./recover-from.ts";
import { dnsSubdomain } from "../names.ts";
import { timeZone } from "./time-zone.ts";
import { workloadOverride } from "./workload-override.ts";

/** Its servers. */
const healthDataWorkloads = [
  "health-api",
  "etl-engine",
  "webauthn-server",
  "webauthn-example-service",
] as const;
export type HealthDataWorkload = (typeof healthDataWorkloads)[number];

/** Servers of the applications that may be left out; the API and the infrastructure under it are always there. */
export const healthDataApplications = {
  "etl-engine": ["etl-engine"],
  "webauthn-stack": ["webauthn-server", "webauthn-example-service"],
} as const satisfies Record<string, readonly HealthDataWorkload[]>;
export type HealthDataApplication = keyof typeof healthDataApplications;
const applicationNames = ["etl-engine", "webauthn-stack"] as const satisfies readonly HealthDataApplication[];

/** Names as GitHub has them. */
const account = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9-]{0,37}[A-Za-z0-9])?$/, "is not the name of a GitHub user or organization")
  .meta({ examples: ["your-organization"] });
const repository = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,100}$/, "is not the name of a GitHub repository, without its owner")
  .meta({ examples: ["health-data"] });

const previews = z
  .strictObject({
    owner: account.describe("Owner of the repository whose pull requests are previewed."),
    repository: repository.describe("The repository with the sources of the platform's servers."),
    label: z
      .string()
      .regex(
        /^\S(.{0,48}\S)?$/,
        "is not a label of GitHub's (1 to 50 characters); without one every pull request would get a preview, a stranger's as well",
      )
      .describe("Label of the pull requests that get one. Only who may write to the repository gives labels.")
      .meta({ examples: ["preview"] }),
    credentials: dnsSubdomain
      .describe(
        "Name of the Secret in the namespace `health-data-previews` whose key `token` reads the repository's pull requests.",
      )
      .meta({ examples: ["github-pull-requests"] }),
    api: z
      .string()
      .max(200)
      .regex(/^https:\/\/[^\s@]+$/, "is not an https address without credentials")
      .optional()
      .describe("Address of GitHub's API. Left out: github.com's; a server of your own has another.")
      .meta({ examples: ["https://github.example.com/api/v3/"] }),
    everySeconds: z
      .int()
      .min(30)
      .max(3600)
      .default(300)
      .describe("Seconds between two looks at the pull requests."),
    atMost: z
      .int()
      .min(1)
      .max(20)
      .default(3)
      .describe(
        "Previews at a time. A further one waits, as an Application without objects, until another pull request is closed.",
      ),
  })
  .optional()
  .describe(
    "A preview for each open pull request with a label, where Argo CD delivers. Left out: none. Never in production.",
  )
  .meta({
    examples: [
      {
        owner: "your-organization",
        repository: "health-data",
        label: "preview",
        credentials: "github-pull-requests",
      },
    ],
  });

export const healthData = z
  .strictObject({
    applications: z
      .array(z.enum(applicationNames))
      .refine((names) => new Set(names).size === names.length, "names an application twice")
      .default([])
      .describe(
        "Applications beside health-api and its infrastructure: `etl-engine`, `webauthn-stack`. Left out: neither.",
      )
      .meta({ examples: [["etl-engine", "webauthn-stack"]] }),
    previews,
    timeZone: timeZone.describe(
      "Time zone of the hours without deployments in production: weekdays from 8 to 17 o'clock.",
    ),
    recoverFrom,
    workloads: z
      .partialRecord(z.enum(healthDataWorkloads), workloadOverride)
      .default({})
      .describe(
        "Overrides by workload; `etl-engine` keeps its memory of duplicates on a volume and runs once.",
      )
      .meta({ examples: [{ "health-api": { replicas: 3 } }] }),
  })
  .describe("Health data AI: health API, ETL narrative engine, and a WebAuthn stack.");

export type HealthDataSettings = Frozen<z.infer<typeof healthData>>;
