/** What a stack may say about the health-data platform. */
import { z } from "zod";
import type { Frozen } from "../frozen.ts";
import { recoverFrom } from "./recover-from.ts";
import { timeZone } from "./time-zone.ts";
import { workloadOverride } from "./workload-override.ts";

/** Its servers. */
export const healthDataWorkloads = [
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
