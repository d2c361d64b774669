/** Keys, policies and users of an OKE cluster, and the bucket that they protect. */
import assert from "node:assert/strict";
import { recordOke } from "./oke-stack.ts";
import type { Registered } from "./recorder.ts";
import { changed, list, named, object, ofType } from "./registrations.ts";

describe("rights and keys of an OKE cluster", () => {
  let all: readonly Registered[];
  before(async () => {
    all = (await recordOke()).registered;
  });

  it("writes policies that reach just what they name", () => {
    const statements = ofType(all, "Policy").flatMap(({ inputs }) => list(inputs, "statements") as string[]);
    assert.equal(new Set(statements).size, statements.length);
    for (const statement of statements) {
      assert.match(statement, / in compartment id ocid1\.compartment\.oc1\.\.aaaacompartment( where |$)/);
      assert.doesNotMatch(statement, /all-resources|in tenancy/);
      if (statement.startsWith("Allow any-user")) {
        assert.match(statement, /request\.principal\.type='(workload|cluster|nodepool)'/, statement);
      }
    }
    const bucket = list(named(all, "Policy", "cluster-backups-access").inputs, "statements") as string[];
    for (const statement of bucket) {
      assert.match(statement, /target\.bucket\.name='quint-production-backups'/, statement);
    }
    const user = bucket.filter((statement) => statement.includes("group id"));
    assert.equal(user.length, 4);
    assert.ok(user.every((statement) => !/VERSION_DELETE|BUCKET_DELETE|BUCKET_UPDATE/.test(statement)));
    const adder = user.filter((statement) => statement.includes("group id cluster-backups-adder-id"));
    assert.equal(adder.length, 2);
    assert.ok(adder.every((statement) => !/OVERWRITE|DELETE/.test(statement)));
    const keys = list(named(all, "Policy", "cluster-encryption-key-users").inputs, "statements") as string[];
    for (const statement of keys)
      assert.match(statement, /target\.key\.id='cluster-encryption-(cluster|backups)-id'/);
  });

  it("makes users that can do one thing, outside the console", () => {
    for (const { name, inputs } of ofType(all, "UserCapabilitiesManagement")) {
      const allowed = Object.entries(inputs).filter(
        ([key, value]) => key.startsWith("canUse") && value === true,
      );
      assert.equal(allowed.length, 1, name);
      assert.equal(inputs.canUseConsolePassword, false);
    }
  });

  it("keeps what is overwritten or deleted in the bucket for the days of the settings", async () => {
    const { registered } = await recordOke({ backups: { retentionDays: 45, keep: false } });
    const rules = list(
      named(registered, "ObjectLifecyclePolicy", "cluster-backups-lifecycle").inputs,
      "rules",
    );
    assert.deepEqual(
      (rules as Record<string, string>[]).map(({ target, action, timeAmount }) => [
        target,
        action,
        timeAmount,
      ]),
      [
        ["previous-object-versions", "DELETE", "45"],
        ["multipart-uploads", "ABORT", "7"],
      ],
    );
    const bucket = named(registered, "Bucket", "cluster-backups");
    assert.equal(bucket.inputs.versioning, "Enabled");
    assert.equal(bucket.inputs.accessType, "NoPublicAccess");
    assert.equal(bucket.retainOnDelete, false);
    assert.equal(named(registered, "Key", "cluster-encryption-backups").retainOnDelete, false);
  });

  it("leaves the bucket and its key when the stack is destroyed", () => {
    assert.deepEqual(
      all
        .filter(({ retainOnDelete }) => retainOnDelete)
        .map(({ name }) => name)
        .sort(),
      [
        "cluster-backups",
        "cluster-backups-lifecycle",
        "cluster-encryption-backups",
        "cluster-encryption-vault",
      ],
    );
  });

  it("adds a pull secret and a DNS zone where the settings ask for them", async () => {
    const { registered, result } = await recordOke({ registryAccess: false, dnsZone: undefined });
    const { removed } = changed(all, registered);
    assert.ok(removed.length > 0);
    for (const key of removed) assert.match(key, /::cluster-(registry|dns)$/);
    assert.equal(result.facts.pullSecret, undefined);
    const policy = named(all, "Policy", "cluster-registry").inputs;
    assert.equal(list(policy, "statements").length, 1);
    assert.match(
      String(list(policy, "statements")[0]),
      /^Allow group id \S+ to read repos in compartment id /,
    );
  });

  it("encrypts Secrets, boot volumes, block volumes, files and backups with keys of its Vault", () => {
    const clusterKey = "cluster-encryption-cluster-id";
    assert.equal(named(all, "Cluster", "cluster-control-plane").inputs.kmsKeyId, clusterKey);
    for (const { inputs } of ofType(all, "NodePool")) {
      const details = object(inputs, "nodeConfigDetails");
      assert.equal(details.kmsKeyId, clusterKey);
      assert.equal(details.isPvEncryptionInTransitEnabled, true);
    }
    const block = object(named(all, "StorageClass", "cluster-storage-block").inputs, "parameters");
    assert.equal(block["kms-key-id"], clusterKey);
    assert.equal(block["attachment-type"], "paravirtualized");
    const files = object(named(all, "StorageClass", "cluster-storage-files").inputs, "parameters");
    assert.equal(files.kmsKeyOcid, clusterKey);
    assert.equal(named(all, "Bucket", "cluster-backups").inputs.kmsKeyId, "cluster-encryption-backups-id");
    for (const { inputs } of ofType(all, "Key")) {
      assert.deepEqual(inputs.keyShape, { algorithm: "AES", length: 32 });
      assert.equal(inputs.protectionMode, "HSM");
    }
  });

  it("gives a new file system to the group of the pod that mounts it", () => {
    const { provisioner } = named(all, "StorageClass", "cluster-storage-files").inputs;
    const { metadata, spec } = named(all, "CSIDriverPatch", "cluster-storage-files-driver").inputs;
    assert.equal((metadata as { name: string }).name, provisioner);
    assert.deepEqual(spec, { fsGroupPolicy: "File" });
  });
});
