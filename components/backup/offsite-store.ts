/** The second bucket: made, or named by the settings. */
import type * as pulumi from "@pulumi/pulumi";
import type { OffsiteSettings } from "../../config/schema/offsite.ts";
import type { ClusterFacts } from "../cluster/contract.ts";

export interface OffsiteStore {
  readonly bucket: string;
  readonly region: string;
  /** Address of the API; none for AWS itself. */
  readonly endpoint?: string | undefined;
  /** Key of AWS KMS that encrypts its objects; none where no such key does. */
  readonly kmsKey?: string | undefined;
  /** Key that may only add to it, where it is made here. Both are secrets. */
  readonly keys?: {
    readonly accessKeyId: pulumi.Output<string>;
    readonly secretAccessKey: pulumi.Output<string>;
  };
  /** Else the Secret that its owner made. */
  readonly secret?: string;
}

/**
 * Nothing where the settings name none, or nothing on the cluster is worth a copy: one that can be thrown away must make
 * no bucket that stays. The SDK of the cloud is loaded by stacks alone that use it.
 */
export async function offsiteStore(
  name: string,
  {
    stack,
    settings,
    facts,
  }: {
    readonly stack: string;
    readonly settings: OffsiteSettings | undefined;
    readonly facts: Pick<ClusterFacts, "disposable" | "controllersRun">;
  },
): Promise<OffsiteStore | undefined> {
  if (settings === undefined || facts.disposable || !facts.controllersRun) return undefined;
  if (settings.kind === "existing") {
    const { bucket, region, endpoint, kmsKey, secret } = settings;
    return { bucket, region, endpoint, kmsKey, secret };
  }
  const { OffsiteBucket } = await import("../cluster/offsite-bucket/index.ts");
  const { objectStore } = new OffsiteBucket(name, { stack, settings });
  const { bucket, region, kmsKey, credentials } = objectStore;
  if (credentials.how !== "access-key") throw new Error("the off-site bucket has no key");
  return { bucket, region, kmsKey, keys: credentials };
}
