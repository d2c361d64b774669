/** Nodes, keys, roles and volumes of an EKS cluster: both architectures, encrypted, each with no more rights than it needs. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { EksCluster } from "../../../components/cluster/eks/index.ts";
import { eksSettings, controllerPins, parsedEks, recordEks, awsComputed } from "./eks-stack.ts";
import { policiesIn, type Statement } from "./policies.ts";
import { record, type Registered } from "./recorder.ts";
import { list, named, object, ofType, text } from "./registrations.ts";

describe("nodes and keys of an EKS cluster", () => {
  let all: readonly Registered[];
  before(async () => {
    all = (await recordEks()).registered;
  });

  it("has nodes of both architectures on Amazon Linux 2023", () => {
    const arm = named(all, "NodeGroup", "cluster-nodes-general-arm64");
    const x86 = named(all, "NodeGroup", "cluster-nodes-compute-amd64");
    assert.deepEqual(
      [arm.inputs.amiType, arm.inputs.instanceTypes],
      ["AL2023_ARM_64_STANDARD", ["m7g.xlarge"]],
    );
    assert.deepEqual(
      [x86.inputs.amiType, x86.inputs.instanceTypes],
      ["AL2023_x86_64_STANDARD", ["r7i.2xlarge"]],
    );
    assert.deepEqual(arm.inputs.scalingConfig, { desiredSize: 6, minSize: 3, maxSize: 9 });
    assert.deepEqual(arm.ignoreChanges, ["scalingConfig.desiredSize"]);
    assert.deepEqual(x86.inputs.scalingConfig, { desiredSize: 3, minSize: 3, maxSize: 3 });
    assert.deepEqual(x86.ignoreChanges, []);
    assert.deepEqual(x86.inputs.labels, { "workload-type": "compute" });
    assert.deepEqual(x86.inputs.taints, [
      { key: "workload-type", value: "compute", effect: "PREFER_NO_SCHEDULE" },
    ]);
    assert.deepEqual(x86.inputs.updateConfig, { maxUnavailable: 1 });
  });

  it("keeps pods from the node's identity, and encrypts the node's volume", () => {
    for (const { inputs } of ofType(all, "LaunchTemplate")) {
      assert.deepEqual(inputs.metadataOptions, {
        httpEndpoint: "enabled",
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
        instanceMetadataTags: "disabled",
      });
      const [device] = list(inputs, "blockDeviceMappings") as { ebs: Record<string, unknown> }[];
      assert.equal(device?.ebs.volumeType, "gp3");
      assert.equal(device.ebs.encrypted, "true");
      assert.equal(device.ebs.kmsKeyId, "arn:aws:kms:::key/cluster-encryption");
      const userData = Buffer.from(text(inputs, "userData"), "base64").toString();
      assert.match(userData, /Content-Type: application\/node\.eks\.aws[^]*maxPods: 110/);
    }
  });

  it("encrypts Secrets, logs, volumes and files with the cluster's key", () => {
    const key = "arn:aws:kms:::key/cluster-encryption";
    const cluster = named(all, "Cluster", "cluster-control-plane").inputs;
    assert.deepEqual(cluster.encryptionConfig, { provider: { keyArn: key }, resources: ["secrets"] });
    assert.equal(ofType(all, "LogGroup")[0]?.inputs.kmsKeyId, key);
    const files = named(all, "FileSystem", "cluster-files").inputs;
    assert.deepEqual([files.encrypted, files.kmsKeyId], [true, key]);
    const block = object(named(all, "StorageClass", "cluster-storage-block").inputs, "parameters");
    assert.deepEqual([block.type, block.encrypted, block.kmsKeyId], ["gp3", "true", key]);
    for (const { inputs } of ofType(all, "Key")) assert.equal(inputs.enableKeyRotation, true);
  });

  it("mounts files over TLS in every zone", () => {
    assert.equal(ofType(all, "MountTarget").length, 3);
    assert.deepEqual(named(all, "StorageClass", "cluster-storage-files").inputs.mountOptions, ["tls"]);
    const policy = policiesIn(all).find(({ key }) => key.endsWith("FileSystemPolicy::cluster-files"));
    assert.ok(
      policy?.statements.some(
        ({ Effect, Condition }) =>
          Effect === "Deny" && JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}',
      ),
    );
  });

  it("gives roles to the add-ons by Pod Identity, each to one ServiceAccount", () => {
    const associations = ofType(all, "PodIdentityAssociation").map(
      ({ inputs }) => `${text(inputs, "namespace")}/${text(inputs, "serviceAccount")}`,
    );
    assert.deepEqual(associations.sort(), [
      "external-secrets/external-secrets",
      "kube-system/aws-load-balancer-controller",
      "kube-system/cluster-autoscaler",
      "velero/velero-server",
    ]);
    const byAddOn = ofType(all, "Addon").flatMap(({ inputs }) =>
      ((inputs.podIdentityAssociations ?? []) as { serviceAccount: string }[]).map(
        ({ serviceAccount }) => serviceAccount,
      ),
    );
    assert.deepEqual(byAddOn.sort(), ["aws-node", "ebs-csi-controller-sa", "efs-csi-controller-sa"]);
    for (const { name, inputs } of ofType(all, "Role")) {
      const [trust] = (JSON.parse(text(inputs, "assumeRolePolicy")) as { Statement: Statement[] }).Statement;
      if (JSON.stringify(trust?.Principal) !== '{"Service":"pods.eks.amazonaws.com"}') continue;
      const { StringEquals = {} } = trust?.Condition ?? {};
      assert.equal(StringEquals["aws:RequestTag/eks-cluster-name"], "quint-production", name);
      assert.equal(StringEquals["aws:SourceAccount"], "123456789012", name);
      if (!/^cluster-identities-backups(-read)?$/.test(name)) {
        assert.ok(StringEquals["aws:RequestTag/kubernetes-service-account"], name);
      }
    }
  });

  it("names what each role may reach: a star only where AWS has nothing narrower", () => {
    const reads = /:(Describe|Get|List)[A-Z]\w+$/;
    for (const { key, statements } of policiesIn(all)) {
      // In the policy of a key, `*` is that key.
      if (key.includes("kms/key:Key")) continue;
      for (const { Effect, Action, Resource } of statements) {
        if (Effect === "Deny") continue;
        const actions = [Action].flat();
        assert.ok(!actions.some((action) => action === "*" || action.endsWith(":*")), key);
        if (![Resource].flat().includes("*")) continue;
        for (const action of actions) assert.match(action, reads, `${key}: ${action} on *`);
      }
    }
  });

  it("reaches just the bucket, and none of its versions", () => {
    const bucket = "arn:aws:s3:::quint-production-backups-123456789012-eu-central-1";
    const users = policiesIn(all).filter(({ key }) =>
      /RolePolicy::cluster-identities-(velero|backups)$/.test(key),
    );
    assert.equal(users.length, 2);
    for (const { statements } of users) {
      const resources = statements.flatMap(({ Resource }) => Resource).sort();
      assert.deepEqual(resources, ["arn:aws:kms:::key/cluster-backups", bucket, `${bucket}/*`]);
      assert.doesNotMatch(JSON.stringify(statements), /Version|PutBucket|DeleteBucket|PutLifecycle/);
    }
  });

  it("lets whoever restores for a look read the bucket, and write just the records that are named", async () => {
    const { registered } = await record(
      () => {
        const { facts } = new EksCluster("cluster", {
          stack: "production",
          settings: parsedEks(),
          controllers: controllerPins,
        });
        const platform = new pulumi.ComponentResource("test:Platform", "platform");
        for (const [name, writes] of [
          ["drill", []],
          ["record", ["postgresql/orders/db/contents/*"]],
        ] as const) {
          const account = { namespace: "orders-restore-drill", name };
          facts.workloadIdentity.grantObjectStore?.(
            `orders-${name}`,
            account,
            { writes },
            { parent: platform },
          );
        }
      },
      { computed: awsComputed },
    );
    const bucket = "arn:aws:s3:::quint-production-backups-123456789012-eu-central-1";
    const grants = ["drill", "record"].map((name) => {
      const { inputs, provider } = named(registered, "PodIdentityAssociation", `orders-${name}`);
      assert.equal(inputs.serviceAccount, name);
      const [policy] = policiesIn(registered).filter(({ key }) =>
        key.endsWith(`RolePolicy::${text(inputs, "roleArn").replace("arn:aws:iam:::", "")}`),
      );
      const actions = policy?.statements.flatMap(({ Action }) => Action).join(" ");
      assert.match(actions ?? "", /s3:ListBucket .*s3:GetObject/);
      assert.doesNotMatch(actions ?? "", /Delete|Abort/);
      const written = policy?.statements.filter(({ Action }) => [Action].flat().includes("s3:PutObject"));
      return { provider, written: written?.flatMap(({ Resource }) => Resource) };
    });
    const [cluster] = ofType(registered, "Role").map(({ provider }) => provider);
    assert.ok(cluster);
    assert.deepEqual(grants, [
      { provider: cluster, written: [] },
      { provider: cluster, written: [`${bucket}/postgresql/orders/db/contents/*`] },
    ]);
  });

  it("has no role for an autoscaler where no pool grows", async () => {
    const fixed = eksSettings.nodePools.map((pool) => ({ ...pool, autoscaling: undefined }));
    const { registered } = await recordEks({ nodePools: fixed });
    assert.deepEqual(
      registered.filter(({ name }) => name.includes("autoscaler")),
      [],
    );
  });

  it("lets a database's ServiceAccount use the bucket when asked to", async () => {
    const { registered } = await record(
      () => {
        const cluster = new EksCluster("cluster", {
          stack: "production",
          settings: parsedEks(),
          controllers: controllerPins,
        });
        cluster.facts.workloadIdentity.grantObjectStore?.(
          "orders-db",
          { namespace: "orders", name: "db" },
          "all",
        );
      },
      { computed: awsComputed },
    );
    const { inputs } = named(registered, "PodIdentityAssociation", "orders-db");
    assert.deepEqual([inputs.namespace, inputs.serviceAccount], ["orders", "db"]);
    assert.equal(inputs.roleArn, "arn:aws:iam:::cluster-identities-backups");
  });
});
