/** A bucket of S3 for backups: private, encrypted, versioned, never spoken to in the clear. */
import { Alias } from "@pulumi/aws/kms/alias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js";
import { BucketObjectLockConfiguration } from "@pulumi/aws/s3/bucketObjectLockConfiguration.js";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls.js";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js";
import * as pulumi from "@pulumi/pulumi";
import { named, type AwsContext } from "./context.ts";
import { accountOwnsKey } from "./key-owner.ts";
import { policyDocument, type PolicyStatement } from "./policy-document.ts";

export interface ProtectedBucketArgs {
  readonly context: AwsContext;
  /** Unique among all buckets of AWS. */
  readonly bucketName: string;
  /** What the bucket is for, in the names of its key: `backups`. */
  readonly purpose: string;
  /** Days for which overwritten and deleted objects can be had back. */
  readonly retentionDays: number;
  /** Days for which no version can be deleted, and after `retentionDays` objects expire by themselves; left out: neither. */
  readonly lockDays?: number;
  /** Whether the bucket and its key stay when the stack is destroyed. */
  readonly keep: boolean;
}

/** Days after which parts of uploads that never ended are removed. */
const abandonedUploadDays = 7;

/** The bucket with a key of its own. */
export class ProtectedBucket extends pulumi.ComponentResource {
  readonly bucketName: string;
  /** ARN of the bucket, known before it is there. */
  readonly arn: string;
  readonly keyArn: pulumi.Output<string>;

  constructor(name: string, args: ProtectedBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:cluster:ProtectedBucket", name, {}, opts);
    const { context, bucketName, purpose, keep } = args;
    const child = { parent: this, retainOnDelete: keep };
    this.bucketName = bucketName;
    this.arn = `arn:${context.partition}:s3:::${bucketName}`;
    const key = new Key(
      name,
      {
        description: `Bucket ${bucketName}`,
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: policyDocument([accountOwnsKey(context)]),
        tags: named(context, purpose),
      },
      child,
    );
    new Alias(name, { name: `alias/${context.prefix}-${purpose}`, targetKeyId: key.keyId }, child);
    this.keyArn = key.arn;
    const made = new Bucket(
      name,
      {
        bucket: bucketName,
        forceDestroy: false,
        ...(args.lockDays === undefined ? {} : { objectLockEnabled: true }),
        tags: named(context, purpose),
      },
      child,
    );
    const bucket = made.bucket;
    const closed = new BucketPublicAccessBlock(
      name,
      {
        bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      child,
    );
    new BucketOwnershipControls(name, { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } }, child);
    const versioning = new BucketVersioning(
      name,
      { bucket, versioningConfiguration: { status: "Enabled" } },
      child,
    );
    new BucketServerSideEncryptionConfiguration(
      name,
      {
        bucket,
        rules: [
          {
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
            bucketKeyEnabled: true,
          },
        ],
      },
      child,
    );
    new BucketLifecycleConfiguration(
      name,
      { bucket, rules: lifecycleRules(args) },
      // AWS refuses rules on versions before there are any.
      { ...child, dependsOn: [versioning] },
    );
    if (args.lockDays !== undefined) {
      new BucketObjectLockConfiguration(
        name,
        // Governance: who administers the account may lift it, the cluster's user may not.
        { bucket, rule: { defaultRetention: { mode: "GOVERNANCE", days: args.lockDays } } },
        { ...child, dependsOn: [versioning] },
      );
    }
    new BucketPolicy(
      name,
      { bucket, policy: policyDocument([neverInTheClear(this.arn)]) },
      { ...child, dependsOn: [closed] },
    );
    this.registerOutputs({ bucketName });
  }
}

type Names = Pick<ProtectedBucket, "arn" | "keyArn">;

/** What uploads in parts need beside `PutObject`. */
const parts = ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"];

/**
 * What a user of the bucket may do: read, write and delete objects of this bucket. Versions it may not delete, so that
 * whoever takes the cluster cannot take the backups.
 */
export function bucketStatements(names: Names): PolicyStatement[] {
  return statements(names, "Objects", ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", ...parts]);
}

/** What a user may do that reads all objects, and writes those whose keys match; it deletes nothing. */
export function readingStatements(names: Names, writes: readonly string[]): PolicyStatement[] {
  const { arn } = names;
  return [
    ...statements(names, "Objects", ["s3:GetObject"], writes.length === 0 ? ["kms:Decrypt"] : usesKey),
    ...(writes.length === 0
      ? []
      : [
          {
            Sid: "Written",
            Effect: "Allow" as const,
            Action: "s3:PutObject",
            Resource: writes.map((keys) => `${arn}/${keys}`),
          },
        ]),
  ];
}

/** What a user may do that only adds to the bucket. Parts of an upload are put together with the key's `Decrypt`. */
export function additionStatements(names: Names): PolicyStatement[] {
  return statements(names, "Additions", ["s3:PutObject", ...parts]);
}

const usesKey = ["kms:Decrypt", "kms:GenerateDataKey"];

function statements(
  { arn, keyArn }: Names,
  sid: string,
  onObjects: string[],
  withKey = usesKey,
): PolicyStatement[] {
  return [
    {
      Sid: "Bucket",
      Effect: "Allow",
      Action: ["s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:GetBucketLocation"],
      Resource: arn,
    },
    { Sid: sid, Effect: "Allow", Action: onObjects, Resource: `${arn}/*` },
    { Sid: "Key", Effect: "Allow", Action: withKey, Resource: keyArn },
  ];
}

function lifecycleRules({
  retentionDays,
  lockDays,
}: Pick<ProtectedBucketArgs, "retentionDays" | "lockDays">) {
  return [
    // Nobody deletes there. What is still among the backups is missed by the next copy, and added anew.
    ...(lockDays === undefined
      ? []
      : [
          {
            id: "forget-old-copies",
            status: "Enabled",
            filter: { prefix: "" },
            expiration: { days: retentionDays },
          },
        ]),
    {
      id: "forget-previous-versions",
      status: "Enabled",
      filter: { prefix: "" },
      noncurrentVersionExpiration: { noncurrentDays: retentionDays },
      expiration: { expiredObjectDeleteMarker: true },
    },
    {
      id: "abort-abandoned-uploads",
      status: "Enabled",
      filter: { prefix: "" },
      abortIncompleteMultipartUpload: { daysAfterInitiation: abandonedUploadDays },
    },
  ];
}

function neverInTheClear(arn: string): PolicyStatement {
  return {
    Sid: "NeverInTheClear",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}
