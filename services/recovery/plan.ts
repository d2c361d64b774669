/**
 * The plan of a drill: a platform's stores, where their backups lie, and what may be lost. Plain JSON, written by whoever
 * declares the backups; checked before anything is started.
 */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { messageOf, RecoveryFailure } from "./failure.ts";

/** Name of a platform, a store or a namespace. */
export const name = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, "write a name of small letters, digits and hyphens");
/** Path below the bucket. */
export const folder = z
  .string()
  .regex(/^[^/].*[^/]$/, "write a path below the bucket, without a slash at its beginning or end");
const seconds = z.number().positive();

/** What every store has. */
const backedUp = {
  name,
  namespace: name,
  folder: folder.describe("Folder of the store's backups, below the bucket's prefix."),
  ageSeconds: seconds.describe("Older than this, in seconds, and data is lost that must not be lost (RPO)."),
};

const postgresql = z.strictObject({
  kind: z.literal("postgresql"),
  ...backedUp,
  /** How the recorder reaches the server; a drill alone needs none. */
  server: z
    .strictObject({
      host: z.string().min(1).describe("Name, address, or folder of a socket."),
      port: z.int().min(1).max(65_535),
      user: z.string().min(1),
      database: z.string().min(1).describe("Database that is connected to first."),
      passwordFile: z.string().optional().describe("File that holds the password."),
      encrypted: z.boolean().default(false).describe("Whether the server speaks TLS."),
    })
    .optional(),
});

/** Dumps with a manifest of their own beside them. */
const dump = <Kind extends string>(kind: Kind) =>
  z.strictObject({ kind: z.literal(kind), ...backedUp, file: z.string().min(1) });

const objectStore = z.strictObject({
  kind: z.literal("object-store"),
  ...backedUp,
  current: z.string().min(1).describe("Folder of the mirror as it is, below the store's."),
  buckets: z.array(z.string().min(1)).min(1),
});

const volumes = z.strictObject({
  kind: z.literal("volumes"),
  name,
  namespace: name,
  ageSeconds: seconds,
  claims: z.array(z.string()).min(1),
  veleroSchedule: z
    .string()
    .min(1)
    .describe("Name of the Velero Schedule whose newest backup has the volumes."),
});

const store = z.discriminatedUnion("kind", [
  postgresql,
  dump("valkey"),
  dump("neo4j"),
  dump("kafka"),
  objectStore,
  volumes,
]);

/** Where backups lie. */
export const bucketPlace = z.strictObject({
  name: z.string().min(3),
  prefix: z.string().default("").describe("Empty, or a path that ends with a slash."),
  region: z.string().min(1),
  endpoint: z.url().optional().describe("Left out: AWS itself."),
});

const planSchema = z.strictObject({
  version: z.literal(1),
  platform: name,
  timeObjectiveSeconds: seconds.describe("All stores together must be restored within (RTO)."),
  settleSeconds: z
    .int()
    .min(0)
    .describe("A backup younger than this may still be under way: the one before it is restored instead."),
  bucket: bucketPlace,
  stores: z.array(store).min(1),
});

export type DrillPlan = z.infer<typeof planSchema>;
/** As it is written: the bucket may come from the environment. */
export type DrillPlanInput = Omit<z.input<typeof planSchema>, "bucket"> &
  Partial<Pick<z.input<typeof planSchema>, "bucket">>;
export type PlannedStore = DrillPlan["stores"][number];
export type PlannedStoreOf<Kind extends PlannedStore["kind"]> = Extract<PlannedStore, { kind: Kind }>;

/** @throws RecoveryFailure with every problem, the key before it. */
export function parsePlan(content: unknown): DrillPlan {
  return checked(planSchema, content);
}

/** @throws RecoveryFailure with every problem, the key before it. */
export function checked<Plan>(schema: z.ZodType<Plan>, content: unknown): Plan {
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.join(".") || "the plan"}: ${message}`,
  );
  throw new RecoveryFailure(`The plan cannot be used:\n  ${problems.join("\n  ")}`);
}

/** Variables that name the bucket where the plan does not: it is the cluster's, not the platform's. */
function bucketOf({ BUCKET_NAME, BUCKET_PREFIX, BUCKET_REGION, BUCKET_ENDPOINT }: NodeJS.ProcessEnv): object {
  if (BUCKET_NAME === undefined || BUCKET_NAME === "") return {};
  const endpoint = BUCKET_ENDPOINT === "" ? undefined : BUCKET_ENDPOINT;
  return { bucket: { name: BUCKET_NAME, prefix: BUCKET_PREFIX, region: BUCKET_REGION, endpoint } };
}

/** @throws RecoveryFailure where the file is not there, is no JSON, or no plan. */
export function readPlan(file: string, environment: NodeJS.ProcessEnv): DrillPlan {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new RecoveryFailure(`The plan ${file} cannot be read: ${messageOf(error)}`);
  }
  return parsePlan({ ...bucketOf(environment), ...(content as object) });
}
