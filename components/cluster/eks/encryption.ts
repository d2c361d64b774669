/** The key of a cluster: for Kubernetes Secrets, volumes, files and the control plane's logs. */
import { Alias } from "@pulumi/aws/kms/alias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import * as pulumi from "@pulumi/pulumi";
import { named, type AwsContext } from "../cloud/aws/context.ts";
import { accountOwnsKey } from "../cloud/aws/key-owner.ts";
import { policyDocument, type PolicyStatement } from "../cloud/aws/policy-document.ts";

/** What uses of a key have in common. */
const use = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"];

/** A key that rotates every year. Its policy lets the account's own IAM decide, and services act for the account. */
export class EksEncryption extends pulumi.ComponentResource {
  readonly keyArn: pulumi.Output<string>;

  constructor(
    name: string,
    { context }: { readonly context: AwsContext },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("quint:cluster:EksEncryption", name, {}, opts);
    const key = new Key(
      name,
      {
        description: `Secrets, volumes, files and logs of ${context.prefix}`,
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: policyDocument(keyStatements(context)),
        tags: named(context, "cluster"),
      },
      { parent: this },
    );
    new Alias(name, { name: `alias/${context.prefix}`, targetKeyId: key.keyId }, { parent: this });
    this.keyArn = key.arn;
    this.registerOutputs({ keyArn: this.keyArn });
  }
}

function keyStatements(context: AwsContext): PolicyStatement[] {
  const { account, region, partition, prefix } = context;
  return [
    accountOwnsKey(context),
    {
      // Node groups start machines as a service role that may not exist yet: EBS is named instead, as in AWS's own key.
      Sid: "Volumes",
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: [...use, "kms:CreateGrant"],
      Resource: "*",
      Condition: {
        StringEquals: { "kms:CallerAccount": account, "kms:ViaService": `ec2.${region}.amazonaws.com` },
      },
    },
    {
      Sid: "Logs",
      Effect: "Allow",
      Principal: { Service: `logs.${region}.amazonaws.com` },
      Action: use,
      Resource: "*",
      Condition: {
        ArnEquals: {
          "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${account}:log-group:/aws/eks/${prefix}/cluster`,
        },
      },
    },
  ];
}
