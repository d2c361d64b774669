/** A bucket away from the cluster's own cloud or region, for copies of its backups. */
import { AccessKey } from "@pulumi/aws/iam/accessKey.js";
import { User } from "@pulumi/aws/iam/user.js";
import { UserPolicy } from "@pulumi/aws/iam/userPolicy.js";
import { Provider as AwsProvider } from "@pulumi/aws/provider.js";
import * as pulumi from "@pulumi/pulumi";
import type { OffsiteBucketSettings } from "../../../config/schema/cluster-eks.ts";
import type { ObjectStore } from "../cloud/facts.ts";
import { stackTags } from "../cloud/tags.ts";
import { awsContext, named } from "../cloud/aws/context.ts";
import { policyDocument } from "../cloud/aws/policy-document.ts";
import { additionStatements, ProtectedBucket } from "../cloud/aws/protected-bucket.ts";

export interface OffsiteBucketArgs {
  /** Stack whose backups the bucket holds. */
  readonly stack: string;
  readonly settings: OffsiteBucketSettings;
}

/**
 * The bucket, and a user that may add to it, and neither read nor delete nor reach anything else. A cluster in another
 * cloud has no identity on AWS, so the user has a key: it goes into a Secret of the cluster, and nowhere else.
 */
export class OffsiteBucket extends pulumi.ComponentResource {
  readonly objectStore: ObjectStore;

  constructor(name: string, args: OffsiteBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:cluster:OffsiteBucket", name, {}, opts);
    const { settings, stack } = args;
    const context = awsContext(stack, settings, stackTags(stack));
    const { account, region, prefix } = context;
    const aws = new AwsProvider(name, { region, allowedAccountIds: [account] }, { parent: this });
    const here = { parent: this, provider: aws };
    const bucket = new ProtectedBucket(
      name,
      {
        context,
        bucketName: `${prefix}-offsite-${account}-${region}`,
        purpose: "offsite",
        retentionDays: settings.retentionDays,
        lockDays: settings.lockDays,
        keep: settings.keep,
      },
      { parent: this, providers: [aws] },
    );
    const user = new User(name, { name: `${prefix}-offsite`, tags: named(context, "offsite") }, here);
    const rights = new UserPolicy(
      name,
      { user: user.name, name: "offsite", policy: policyDocument(additionStatements(bucket)) },
      here,
    );
    const key = new AccessKey(name, { user: user.name }, { ...here, dependsOn: [rights] });
    this.objectStore = {
      kind: "s3",
      bucket: bucket.bucketName,
      region,
      kmsKey: bucket.keyAlias,
      credentials: {
        how: "access-key",
        accessKeyId: pulumi.secret(key.id),
        secretAccessKey: pulumi.secret(key.secret),
      },
    };
    this.registerOutputs({ bucket: bucket.bucketName });
  }
}
