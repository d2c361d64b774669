/**
 * What the loader is told of the one store that it loads: where its dump or mirror lies, and how the store is reached. Plain
 * JSON in the variable PLAN, written by the component that makes the job; credentials of the store are variables of their own.
 */
import { z } from "zod";
import { messageOf, RecoveryFailure } from "./failure.ts";
import { bucketPlace, checked, folder, name } from "./plan.ts";

const port = z.int().min(1).max(65_535);
const loaded = { version: z.literal(1), name, folder, bucket: bucketPlace };

const objectStore = z.strictObject({
  kind: z.literal("object-store"),
  ...loaded,
  current: z.string().min(1).describe("Folder of the mirror as it is, below the store's."),
  changed: z.string().min(1).describe("Folder of what each run of the mirror moved aside."),
  endpoint: z.url(),
  region: z.string().min(1),
  buckets: z.array(z.string().min(1)).min(1),
});

const valkey = z.strictObject({
  kind: z.literal("valkey"),
  ...loaded,
  file: z.string().min(1),
  host: z.string().min(1),
  port,
});

const neo4j = z.strictObject({
  kind: z.literal("neo4j"),
  ...loaded,
  file: z.string().min(1),
  url: z.url().describe("Of the server's HTTP API."),
  user: z.string().min(1),
});

const kafka = z.strictObject({
  kind: z.literal("kafka"),
  ...loaded,
  file: z
    .string()
    .min(1)
    .describe("What tells of topics and groups; an archived topic has a file of its own."),
  bootstrap: z.string().min(1),
  user: z.string().min(1),
  authorityFile: z.string().min(1).describe("Certificate of the authority of the brokers."),
  topics: z.array(z.string().min(1)).describe("Those whose messages are archived."),
});

const loadPlan = z.discriminatedUnion("kind", [objectStore, valkey, neo4j, kafka]);

export type LoadPlan = z.infer<typeof loadPlan>;
export type LoadPlanInput = z.input<typeof loadPlan>;
export type LoadPlanOf<Kind extends LoadPlan["kind"]> = Extract<LoadPlan, { kind: Kind }>;

/** @throws RecoveryFailure where the text is no JSON, or no plan. */
export function parseLoadPlan(text: string | undefined): LoadPlan {
  let content: unknown;
  try {
    content = JSON.parse(text ?? "");
  } catch (error) {
    throw new RecoveryFailure(`The plan in the variable PLAN cannot be read: ${messageOf(error)}`);
  }
  return checked(loadPlan, content);
}
