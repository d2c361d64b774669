/** The bucket for backups, and the users that may reach it. */
import { CustomerSecretKey } from "@pulumi/oci/identity/customerSecretKey.js";
import { Policy } from "@pulumi/oci/identity/policy.js";
import { Bucket } from "@pulumi/oci/objectstorage/bucket.js";
import { ObjectLifecyclePolicy } from "@pulumi/oci/objectstorage/objectLifecyclePolicy.js";
import * as pulumi from "@pulumi/pulumi";
import type { KeyPair, ObjectStore } from "../cloud/facts.ts";
import type { OkeContext } from "./context.ts";
import { permissions, statement, type Statement } from "./policy.ts";
import { ServiceUser } from "./service-user.ts";

export interface BackupBucketArgs {
  readonly context: OkeContext;
  readonly tenancy: string;
  /** Namespace of the tenancy's Object Storage. */
  readonly namespace: string;
  /** OCID of the key that encrypts the bucket. */
  readonly key: pulumi.Input<string>;
  /** Days for which overwritten and deleted objects can be had back. */
  readonly retentionDays: number;
  /** Whether the bucket stays when the stack is destroyed. */
  readonly keep: boolean;
}

export interface BackupBucketOptions extends pulumi.ComponentResourceOptions {
  readonly home: pulumi.ProviderResource;
}

/** Days after which parts of uploads that never ended are removed. */
const abandonedUploadDays = 7;

/**
 * A private, encrypted, versioned bucket. Retention is kept by versions: Object Storage refuses retention rules on a
 * versioned bucket, and under such rules Velero's repository could not be maintained, which rewrites its own files. The
 * user may delete objects but no versions, so that whoever takes the cluster cannot take the backups.
 */
export class BackupBucket extends pulumi.ComponentResource {
  readonly objectStore: ObjectStore;

  constructor(name: string, args: BackupBucketArgs, { home, ...opts }: BackupBucketOptions) {
    super("quint:cluster:OkeBackupBucket", name, {}, opts);
    const { context, namespace } = args;
    // Known without asking the cloud, so that manifests that name it can be rendered.
    const bucketName = `${context.prefix}-backups`;
    const userFor = (child: string, purpose: string, description: string): ServiceUser =>
      new ServiceUser(
        `${name}-${child}`,
        { context, tenancy: args.tenancy, purpose, description, credential: "customer-secret-key" },
        { parent: this, provider: home },
      );
    const user = userFor("user", "backups", `Reads and writes the bucket ${bucketName}`);
    const adder = userFor("adder", "backups-drill", `Reads the bucket ${bucketName}, and adds to it`);
    const policy = new Policy(
      `${name}-access`,
      {
        compartmentId: context.compartment,
        name: bucketName,
        description: `Access to the bucket ${bucketName}`,
        statements: pulumi
          .all([user.group, adder.group])
          .apply(([users, adders]) =>
            bucketAccess(context.region, bucketName, { users, adders }).map((one) =>
              statement(context.compartment, one),
            ),
          ),
        freeformTags: context.tags,
      },
      { parent: this, provider: home },
    );
    const bucket = new Bucket(
      name,
      {
        compartmentId: context.compartment,
        namespace,
        name: bucketName,
        accessType: "NoPublicAccess",
        storageTier: "Standard",
        versioning: "Enabled",
        kmsKeyId: args.key,
        freeformTags: context.tags,
      },
      { parent: this, retainOnDelete: args.keep, dependsOn: [policy] },
    );
    new ObjectLifecyclePolicy(
      `${name}-lifecycle`,
      {
        namespace,
        bucket: bucket.name,
        rules: [
          {
            name: "forget-previous-versions",
            target: "previous-object-versions",
            action: "DELETE",
            timeAmount: String(args.retentionDays),
            timeUnit: "DAYS",
            isEnabled: true,
          },
          {
            name: "abort-abandoned-uploads",
            target: "multipart-uploads",
            action: "ABORT",
            timeAmount: String(abandonedUploadDays),
            timeUnit: "DAYS",
            isEnabled: true,
          },
        ],
      },
      { parent: this, retainOnDelete: args.keep },
    );
    const keyOf = (child: string, { id: userId }: ServiceUser): KeyPair => {
      const { id, key } = new CustomerSecretKey(
        `${name}-${child}`,
        { userId, displayName: bucketName },
        { parent: this, provider: home, additionalSecretOutputs: ["key"] },
      );
      return { accessKeyId: pulumi.secret(id), secretAccessKey: pulumi.secret(key) };
    };
    this.objectStore = {
      kind: "oci",
      bucket: bucketName,
      region: context.region,
      endpoint: `https://${namespace}.compat.objectstorage.${context.region}.oraclecloud.com`,
      credentials: { how: "access-key", ...keyOf("key", user), adding: keyOf("adder-key", adder) },
    };
    this.registerOutputs({ bucket: bucketName });
  }
}

/** Who may do what with the bucket: users its objects, and Object Storage what the lifecycle says. */
function bucketAccess(
  region: string,
  bucket: string,
  { users, adders }: { readonly users: string; readonly adders: string },
): Statement[] {
  const thisBucket = `target.bucket.name='${bucket}'`;
  const adds = ["OBJECT_INSPECT", "OBJECT_READ", "OBJECT_CREATE"];
  const objects = (group: string, ...more: string[]): Statement[] => [
    { principal: { group }, may: "read buckets", where: [thisBucket] },
    { principal: { group }, may: "manage objects", where: [thisBucket, permissions(...adds, ...more)] },
  ];
  return [
    // Uploads in parts need OBJECT_OVERWRITE also for new objects.
    ...objects(users, "OBJECT_OVERWRITE", "OBJECT_DELETE"),
    ...objects(adders),
    {
      principal: { service: `objectstorage-${region}` },
      may: "manage object-family",
      where: [
        thisBucket,
        permissions(
          "BUCKET_INSPECT",
          "BUCKET_READ",
          "OBJECT_INSPECT",
          "OBJECT_DELETE",
          "OBJECT_VERSION_DELETE",
        ),
      ],
    },
  ];
}
