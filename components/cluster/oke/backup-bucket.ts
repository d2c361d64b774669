/** The bucket for backups, and the one user that may reach it. */
import { CustomerSecretKey } from "@pulumi/oci/identity/customerSecretKey.js";
import { Policy } from "@pulumi/oci/identity/policy.js";
import { Bucket } from "@pulumi/oci/objectstorage/bucket.js";
import { ObjectLifecyclePolicy } from "@pulumi/oci/objectstorage/objectLifecyclePolicy.js";
import * as pulumi from "@pulumi/pulumi";
import type { ObjectStore } from "../cloud/facts.ts";
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
    const user = new ServiceUser(
      `${name}-user`,
      {
        context,
        tenancy: args.tenancy,
        purpose: "backups",
        description: `Reads and writes the bucket ${bucketName}`,
        credential: "customer-secret-key",
      },
      { parent: this, provider: home },
    );
    const policy = new Policy(
      `${name}-access`,
      {
        compartmentId: context.compartment,
        name: bucketName,
        description: `Access to the bucket ${bucketName}`,
        statements: user.group.apply((group) =>
          bucketAccess(context.region, bucketName, group).map((one) => statement(context.compartment, one)),
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
    const credential = new CustomerSecretKey(
      `${name}-key`,
      { userId: user.id, displayName: bucketName },
      { parent: this, provider: home, additionalSecretOutputs: ["key"] },
    );
    this.objectStore = {
      kind: "oci",
      bucket: bucketName,
      region: context.region,
      endpoint: `https://${namespace}.compat.objectstorage.${context.region}.oraclecloud.com`,
      credentials: {
        how: "access-key",
        accessKeyId: pulumi.secret(credential.id),
        secretAccessKey: pulumi.secret(credential.key),
      },
    };
    this.registerOutputs({ bucket: bucketName });
  }
}

/** Who may do what with the bucket: the user its objects, and Object Storage what the lifecycle says. */
function bucketAccess(region: string, bucket: string, group: string): Statement[] {
  const thisBucket = `target.bucket.name='${bucket}'`;
  return [
    { principal: { group }, may: "read buckets", where: [thisBucket] },
    {
      principal: { group },
      may: "manage objects",
      where: [
        thisBucket,
        // Uploads in parts need OBJECT_OVERWRITE also for new objects.
        permissions("OBJECT_INSPECT", "OBJECT_READ", "OBJECT_CREATE", "OBJECT_OVERWRITE", "OBJECT_DELETE"),
      ],
    },
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
