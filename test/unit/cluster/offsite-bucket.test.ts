/** The off-site bucket: private, encrypted, versioned, over TLS alone, and a user that reaches nothing else. */
import assert from "node:assert/strict";
import { recordOffsite } from "./eks-stack.ts";
import { policiesIn } from "./policies.ts";
import type { Registered } from "./recorder.ts";
import { comparable, list, named, object } from "./registrations.ts";

describe("the off-site bucket", () => {
  let all: readonly Registered[];
  before(async () => {
    all = (await recordOffsite()).registered;
  });

  it("is private, versioned and encrypted with a key of its own", () => {
    const { inputs } = named(all, "Bucket", "offsite");
    assert.equal(inputs.bucket, "quint-production-offsite-123456789012-eu-west-1");
    assert.equal(inputs.forceDestroy, false);
    assert.deepEqual(named(all, "BucketPublicAccessBlock", "offsite").inputs, {
      bucket: inputs.bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    const versioning = named(all, "BucketVersioning", "offsite").inputs;
    assert.deepEqual(versioning.versioningConfiguration, { status: "Enabled" });
    const [rule] = list(
      named(all, "BucketServerSideEncryptionConfiguration", "offsite").inputs,
      "rules",
    ) as Record<string, unknown>[];
    assert.deepEqual(object(rule ?? {}, "applyServerSideEncryptionByDefault"), {
      sseAlgorithm: "aws:kms",
      kmsMasterKeyId: "arn:aws:kms:::key/offsite",
    });
    const ownership = named(all, "BucketOwnershipControls", "offsite").inputs;
    assert.deepEqual(ownership.rule, { objectOwnership: "BucketOwnerEnforced" });
  });

  it("refuses to be spoken to in the clear", () => {
    const policy = policiesIn(all).find(({ key }) => key.includes("BucketPolicy"));
    assert.deepEqual(policy?.statements, [
      {
        Sid: "NeverInTheClear",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [
          "arn:aws:s3:::quint-production-offsite-123456789012-eu-west-1",
          "arn:aws:s3:::quint-production-offsite-123456789012-eu-west-1/*",
        ],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });

  it("forgets old versions after the days of the settings", async () => {
    const { registered } = await recordOffsite({ retentionDays: 14, lockDays: 7, keep: false });
    const rules = list(named(registered, "BucketLifecycleConfiguration", "offsite").inputs, "rules");
    const [copies, versions, uploads] = rules as Record<string, unknown>[];
    assert.deepEqual(copies?.expiration, { days: 14 });
    assert.deepEqual(versions?.noncurrentVersionExpiration, { noncurrentDays: 14 });
    assert.deepEqual(uploads?.abortIncompleteMultipartUpload, { daysAfterInitiation: 7 });
    assert.ok(registered.every(({ retainOnDelete }) => !retainOnDelete));
    // What holds backups stays unless the settings say otherwise; the user and its key go.
    const kept = all.filter(({ retainOnDelete }) => retainOnDelete).map(({ type }) => type.split(":")[1]);
    assert.ok(kept.every((type) => /^(s3|kms)\//.test(type ?? "")));
    assert.ok(kept.includes("s3/bucket") && kept.includes("kms/key"));
  });

  it("locks what is written: no right of the user's, and no mistake of its owner's, takes it away", () => {
    assert.equal(named(all, "Bucket", "offsite").inputs.objectLockEnabled, true);
    assert.deepEqual(named(all, "BucketObjectLockConfiguration", "offsite").inputs.rule, {
      defaultRetention: { mode: "GOVERNANCE", days: 30 },
    });
  });

  it("has a user that may add to just this bucket, whose key is a secret", async () => {
    const user = policiesIn(all).find(({ key }) => key.includes("UserPolicy"));
    const bucket = "arn:aws:s3:::quint-production-offsite-123456789012-eu-west-1";
    assert.ok(user);
    assert.deepEqual(user.statements.flatMap(({ Resource }) => Resource).sort(), [
      "arn:aws:kms:::key/offsite",
      bucket,
      `${bucket}/*`,
    ]);
    const actions = user.statements.flatMap(({ Action }) => Action);
    assert.deepEqual(
      actions.filter((action) => /Delete|Bypass|GetObject|\*|Acl|PutLifecycle/.test(action)),
      [],
    );
    assert.ok(actions.includes("s3:PutObject"));
    assert.ok(named(all, "AccessKey", "offsite").additionalSecretOutputs.includes("secret"));
    const { result } = await recordOffsite();
    assert.equal(result.objectStore.credentials.how, "access-key");
    assert.equal(result.objectStore.region, "eu-west-1");
    assert.match(result.objectStore.kmsKey ?? "", /^alias\/.+-offsite$/);
  });

  it("works in its own region and account", () => {
    const provider = named(all, "aws", "offsite");
    assert.equal(provider.inputs.region, "eu-west-1");
    assert.equal(provider.inputs.allowedAccountIds, JSON.stringify(["123456789012"]));
    for (const one of all) {
      if (one.custom && one.type.startsWith("aws:")) assert.equal(one.provider, provider.key, one.key);
    }
  });

  it("registers the same a second time", async () => {
    assert.deepEqual(comparable((await recordOffsite()).registered), comparable(all));
  });
});
