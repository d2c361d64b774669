/** Loads the dump or the mirror of one store back into it, as it was at a point in time. */
import { RecoveryFailure } from "./failure.ts";
import { BackupBucket } from "./bucket.ts";
import type { LoadPlan } from "./load-plan.ts";
import { loadKafka } from "./loads/kafka.ts";
import { loadNeo4j } from "./loads/neo4j.ts";
import { loadObjects } from "./loads/objects.ts";
import { loadValkey } from "./loads/valkey.ts";
import type { LoadContext } from "./loads/load.ts";
import { makeScratch } from "./scratch.ts";

export interface LoadOptions extends Pick<LoadContext, "at" | "force" | "signal" | "report"> {
  /** Folder to work in: room for the dump, packed and unpacked. */
  readonly scratch: string;
  /** Variables with the credentials of the store. */
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * @returns what was loaded, and what was not.
 * @throws Refusal where the store holds what would be lost; RecoveryFailure for anything else that goes wrong.
 */
export async function load(
  plan: LoadPlan,
  { scratch: below, environment, ...options }: LoadOptions,
): Promise<string> {
  const scratch = makeScratch(below, options.report);
  const bucket = new BackupBucket(plan.bucket);
  const secret = (variable: string): string => {
    const value = environment[variable];
    if (value === undefined || value === "")
      throw new RecoveryFailure(`The variable ${variable} is not set.`);
    return value;
  };
  try {
    return await loadOf(plan, { ...options, bucket, secret, folder: scratch.folder });
  } finally {
    bucket.close();
    scratch.remove();
  }
}

function loadOf(plan: LoadPlan, context: LoadContext): Promise<string> {
  switch (plan.kind) {
    case "object-store":
      return loadObjects(plan, context);
    case "valkey":
      return loadValkey(plan, context);
    case "neo4j":
      return loadNeo4j(plan, context);
    case "kafka":
      return loadKafka(plan, context);
  }
}
