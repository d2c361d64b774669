/** What a stack may say about the clinical-trials platform. */
import { z } from "zod";
import type { Frozen } from "../frozen.ts";
import { internalCidrs } from "./internal-cidrs.ts";
import { recoverFrom } from "./recover-from.ts";
import { timeZone } from "./time-zone.ts";
import { imageOverride, workloadOverride } from "./workload-override.ts";

/** Its servers, whose replicas a stack may fix. */
const clinicalTrialsServers = [
  "clinical-gateway",
  "kafka-producer",
  "kafka-consumer",
  "feature-engineering",
  "mlflow",
  "model-serving",
  "monitoring-service",
] as const;
export type ClinicalTrialsServer = (typeof clinicalTrialsServers)[number];

/** Its jobs and Airflow, of which a stack may choose the image. */
const clinicalTrialsJobs = ["spark-streaming", "spark-batch", "training", "airflow"] as const;
export type ClinicalTrialsJob = (typeof clinicalTrialsJobs)[number];

export type ClinicalTrialsWorkload = ClinicalTrialsServer | ClinicalTrialsJob;

const origin = z
  .string()
  .max(300)
  .regex(/^https:\/\/[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:[0-9]{1,5})?$/, "is not an https origin without a path")
  .refine((text) => URL.canParse(text), "is no address: its port is above 65535")
  .meta({ examples: ["https://portal.example.com"] });

export const clinicalTrials = z
  .strictObject({
    modelServing: z
      .enum(["blue-green", "canary"])
      .default("blue-green")
      .describe(
        "How a new version of model-serving comes in: beside the old one, switched by hand after its analysis, or by shares of traffic (20, 50, 80, 100 %).",
      ),
    corsOrigins: z
      .array(origin)
      .min(1)
      .max(20)
      .optional()
      .describe(
        "Origins whose pages may call the gateway's API from a browser. Left out: `https://clinical-mlops.` and the stack's domain.",
      )
      .meta({ examples: [["https://portal.example.com"]] }),
    internalCidrs: internalCidrs.describe("Addresses from which the host of Prometheus may be reached."),
    timeZone: timeZone.describe("Time zone of the deployment windows and of scheduled training."),
    archiveTopics: z
      .array(
        z.enum(["clinical-events", "clinical-events-dead-letters", "model-predictions"]).meta({
          examples: ["clinical-events"],
        }),
      )
      .default([])
      .describe(
        "Topics of Kafka whose messages are kept in the bucket for backups, too. Left out: what the topics are and how far each group has read, and no messages.",
      )
      .meta({ examples: [["clinical-events"]] }),
    recoverFrom,
    workloads: z
      .strictObject({
        ...optional(clinicalTrialsServers, workloadOverride),
        ...optional(clinicalTrialsJobs, imageOverride),
      })
      .default({})
      .describe(
        "Overrides by workload. All take an image; servers take `replicas`, too. `mlflow`, `airflow` and, in dev, every other one have an image of their own.",
      )
      .meta({ examples: [{ "clinical-gateway": { replicas: 3 } }] }),
  })
  .describe(
    "Clinical trials MLOps: data gateway, streaming, features, training, model serving and orchestration.",
  );

export type ClinicalTrialsSettings = Frozen<z.infer<typeof clinicalTrials>>;

/** The same schema for each of several keys, none of them required. */
function optional<Name extends string, Schema extends z.ZodType>(names: readonly Name[], schema: Schema) {
  const entries = names.map((name) => [name, schema.optional()] as const);
  return Object.fromEntries(entries) as Record<Name, z.ZodOptional<Schema>>;
}
