/** The control plane: access by EKS's own API, Secrets encrypted, every log kept. */
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { AccessEntry } from "@pulumi/aws/eks/accessEntry.js";
import { AccessPolicyAssociation } from "@pulumi/aws/eks/accessPolicyAssociation.js";
import { Cluster } from "@pulumi/aws/eks/cluster.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import * as pulumi from "@pulumi/pulumi";
import { execKubeconfig } from "../cloud/exec-kubeconfig.ts";
import { managedPolicy, named, type AwsContext } from "../cloud/aws/context.ts";
import type { EksNetwork } from "./network.ts";
import { assumedBy, policyDocument } from "../cloud/aws/policy-document.ts";

export interface EksControlPlaneArgs {
  readonly context: AwsContext;
  readonly network: EksNetwork;
  readonly kubernetesVersion: string;
  readonly servicesCidr: string;
  readonly publicApi: boolean;
  /** Ranges outside the VPC that may reach the API server. */
  readonly apiCidrs: readonly string[];
  /** ARNs of those who administer the cluster. */
  readonly administrators: readonly string[];
  readonly keyArn: pulumi.Input<string>;
  readonly logRetentionDays: number;
}

const logs = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

/** EKS's control plane. It depends on everything in the network: it goes before the network goes. */
export class EksControlPlane extends pulumi.ComponentResource {
  /** The cluster itself: what lives in it goes with it. */
  readonly cluster: Cluster;
  /** The group that EKS puts nodes and the control plane's interfaces into. */
  readonly securityGroup: pulumi.Output<string>;
  /** Kubeconfig whose credentials `aws` makes at each use. */
  readonly kubeconfig: pulumi.Output<string>;

  constructor(name: string, args: EksControlPlaneArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:cluster:EksControlPlane", name, {}, opts);
    const { context, network } = args;
    const { prefix, region } = context;
    const child = { parent: this };
    const role = new Role(
      name,
      {
        name: `${prefix}-control-plane`,
        assumeRolePolicy: assumedBy("eks.amazonaws.com", "sts:TagSession"),
        tags: named(context, "control-plane"),
      },
      child,
    );
    const rights = [
      new RolePolicyAttachment(
        name,
        { role: role.name, policyArn: managedPolicy(context, "AmazonEKSClusterPolicy") },
        child,
      ),
      new RolePolicy(
        name,
        {
          role: role.name,
          name: "encrypt-secrets",
          policy: policyDocument([
            {
              Effect: "Allow",
              Action: ["kms:Encrypt", "kms:Decrypt", "kms:ListGrants", "kms:DescribeKey"],
              Resource: args.keyArn,
            },
          ]),
        },
        child,
      ),
    ];
    // Made here, since EKS would make it without encryption and keep it for ever.
    const logGroup = new LogGroup(
      name,
      {
        name: `/aws/eks/${prefix}/cluster`,
        retentionInDays: args.logRetentionDays,
        kmsKeyId: args.keyArn,
        tags: named(context, "control-plane"),
      },
      child,
    );
    this.cluster = new Cluster(
      name,
      {
        name: prefix,
        version: args.kubernetesVersion,
        roleArn: role.arn,
        // The add-ons are ours from the start, in pinned versions.
        bootstrapSelfManagedAddons: false,
        accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
        enabledClusterLogTypes: logs,
        encryptionConfig: { provider: { keyArn: args.keyArn }, resources: ["secrets"] },
        kubernetesNetworkConfig: { ipFamily: "ipv4", serviceIpv4Cidr: args.servicesCidr },
        upgradePolicy: { supportType: "STANDARD" },
        vpcConfig: {
          subnetIds: Object.values(network.subnets.control),
          endpointPrivateAccess: true,
          endpointPublicAccess: args.publicApi,
          ...(args.publicApi ? { publicAccessCidrs: [...args.apiCidrs] } : {}),
        },
        tags: named(context, "cluster"),
      },
      { ...child, dependsOn: [...rights, logGroup] },
    );
    this.securityGroup = this.cluster.vpcConfig.apply(({ clusterSecurityGroupId }) => clusterSecurityGroupId);
    if (!args.publicApi) this.letIn(name, args);
    this.admit(name, args);
    this.kubeconfig = pulumi
      .all([this.cluster.endpoint, this.cluster.certificateAuthority])
      .apply(([server, { data }]) =>
        execKubeconfig({
          name: prefix,
          server,
          certificateAuthority: data,
          command: "aws",
          args: ["eks", "get-token", "--cluster-name", prefix, "--region", region, "--output", "json"],
          installHint: "The AWS command line (`aws`) makes the credentials: install and configure it.",
        }),
      );
    this.registerOutputs({ kubeconfig: this.kubeconfig });
  }

  /** A private endpoint answers inside the VPC; networks that are connected to it are named one by one. */
  private letIn(name: string, { context, apiCidrs }: EksControlPlaneArgs): void {
    for (const cidr of apiCidrs) {
      new SecurityGroupIngressRule(
        `${name}-from-${cidr.replaceAll(/[./]/g, "-")}`,
        {
          securityGroupId: this.securityGroup,
          description: "settings: cluster.api.allowedCidrs",
          cidrIpv4: cidr,
          ipProtocol: "tcp",
          fromPort: 443,
          toPort: 443,
          tags: named(context, "api"),
        },
        { parent: this },
      );
    }
  }

  /** Administrators by IAM role or user, as the settings name them. */
  private admit(name: string, { context, administrators }: EksControlPlaneArgs): void {
    for (const principalArn of administrators) {
      const who = `${name}-${principalArn.slice(principalArn.lastIndexOf(":") + 1).replaceAll(/[^\w-]/g, "-")}`;
      const shared = { clusterName: this.cluster.name, principalArn };
      const entry = new AccessEntry(
        who,
        { ...shared, type: "STANDARD", tags: context.tags },
        { parent: this },
      );
      new AccessPolicyAssociation(
        who,
        {
          ...shared,
          policyArn: `arn:${context.partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`,
          accessScope: { type: "cluster" },
        },
        { parent: this, dependsOn: [entry] },
      );
    }
  }
}
