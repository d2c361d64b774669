/** EFS: where volumes come from that many nodes mount at once. */
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { FileSystem } from "@pulumi/aws/efs/fileSystem.js";
import { FileSystemPolicy } from "@pulumi/aws/efs/fileSystemPolicy.js";
import { MountTarget } from "@pulumi/aws/efs/mountTarget.js";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import * as pulumi from "@pulumi/pulumi";
import { letterOf } from "./address-plan.ts";
import { named, type AwsContext } from "../cloud/aws/context.ts";
import type { EksNetwork } from "./network.ts";
import { policyDocument } from "../cloud/aws/policy-document.ts";

export interface EksFileSystemArgs {
  readonly context: AwsContext;
  readonly network: EksNetwork;
  /** The nodes' security group. */
  readonly nodes: pulumi.Input<string>;
  readonly keyArn: pulumi.Input<string>;
}

/** One encrypted file system with a mount target in each zone. The CSI driver gives each claim a folder of its own. */
export class EksFileSystem extends pulumi.ComponentResource {
  readonly fileSystemId: pulumi.Output<string>;

  constructor(name: string, args: EksFileSystemArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:cluster:EksFileSystem", name, {}, opts);
    const { context, network } = args;
    const child = { parent: this };
    const tags = named(context, "files");
    const files = new FileSystem(
      name,
      {
        encrypted: true,
        kmsKeyId: args.keyArn,
        throughputMode: "elastic",
        lifecyclePolicies: [{ transitionToIa: "AFTER_30_DAYS" }],
        tags,
      },
      child,
    );
    new FileSystemPolicy(
      name,
      {
        fileSystemId: files.id,
        policy: policyDocument([
          {
            Sid: "MountInside",
            Effect: "Allow",
            Principal: { AWS: "*" },
            Action: [
              "elasticfilesystem:ClientMount",
              "elasticfilesystem:ClientWrite",
              "elasticfilesystem:ClientRootAccess",
            ],
            Resource: files.arn,
            Condition: { Bool: { "elasticfilesystem:AccessedViaMountTarget": "true" } },
          },
          {
            Sid: "NeverInTheClear",
            Effect: "Deny",
            Principal: { AWS: "*" },
            Action: "*",
            Resource: files.arn,
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ]),
      },
      child,
    );
    const group = new SecurityGroup(
      name,
      { description: `NFS of ${context.prefix}`, vpcId: network.vpc, tags },
      child,
    );
    new SecurityGroupIngressRule(
      name,
      {
        securityGroupId: group.id,
        description: "nodes mount shared volumes",
        referencedSecurityGroupId: args.nodes,
        ipProtocol: "tcp",
        fromPort: 2049,
        toPort: 2049,
        tags,
      },
      child,
    );
    for (const [zone, subnetId] of Object.entries(network.subnets.private)) {
      new MountTarget(
        `${name}-${letterOf(zone)}`,
        { fileSystemId: files.id, subnetId, securityGroups: [group.id] },
        child,
      );
    }
    this.fileSystemId = files.id;
    this.registerOutputs({ fileSystemId: this.fileSystemId });
  }
}
