/** A role that pods of a ServiceAccount take by EKS Pod Identity: no key is stored. */
import { createHash } from "node:crypto";
import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import * as pulumi from "@pulumi/pulumi";
import type { ServiceAccountName } from "../cloud/facts.ts";
import { named, type AwsContext } from "../cloud/aws/context.ts";
import { policyDocument, type PolicyStatement } from "../cloud/aws/policy-document.ts";

export interface PodRoleArgs {
  readonly context: AwsContext;
  /** What the role is for: part of its name. */
  readonly purpose: string;
  /** The one ServiceAccount that may take it; left out, {@link PodRole.grantTo} says who may. */
  readonly serviceAccount?: ServiceAccountName;
  /** What it may do. */
  readonly statements?: readonly PolicyStatement[];
  /** ARNs of policies that AWS keeps for the purpose. */
  readonly managedPolicies?: readonly string[];
}

/** The role and its rights. */
export class PodRole extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** The rights: what uses the role depends on them. */
  readonly rights: readonly pulumi.Resource[];
  private readonly context: AwsContext;

  constructor(name: string, args: PodRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:cluster:EksPodRole", name, {}, opts);
    const { context, purpose, serviceAccount, statements = [], managedPolicies = [] } = args;
    this.context = context;
    const child = { parent: this };
    const role = new Role(
      name,
      {
        name: roleName(`${context.prefix}-${purpose}`),
        assumeRolePolicy: policyDocument([trust(context, serviceAccount)]),
        tags: named(context, purpose),
      },
      child,
    );
    this.arn = role.arn;
    this.rights = [
      ...managedPolicies.map(
        (policyArn) =>
          new RolePolicyAttachment(
            `${name}-${policyArn.slice(policyArn.lastIndexOf("/") + 1)}`,
            { role: role.name, policyArn },
            child,
          ),
      ),
      ...(statements.length === 0
        ? []
        : [
            new RolePolicy(
              name,
              { role: role.name, name: purpose, policy: policyDocument(statements) },
              child,
            ),
          ]),
    ];
    this.registerOutputs({ arn: this.arn });
  }

  /** Gives the role to a ServiceAccount's pods: whoever's child that is, the cloud's provider makes it. */
  grantTo(
    name: string,
    serviceAccount: ServiceAccountName,
    opts: pulumi.CustomResourceOptions = {},
  ): PodIdentityAssociation {
    return new PodIdentityAssociation(
      name,
      {
        clusterName: this.context.prefix,
        namespace: serviceAccount.namespace,
        serviceAccount: serviceAccount.name,
        roleArn: this.arn,
        tags: this.context.tags,
      },
      { parent: this, ...(this.provider === undefined ? {} : { provider: this.provider }), ...opts },
    );
  }

  private get provider(): pulumi.ProviderResource | undefined {
    return this.getProvider("aws:iam:Role");
  }
}

/** IAM takes 64 characters: of a longer name the end gives way to a hash of it all. */
function roleName(name: string): string {
  if (name.length <= 64) return name;
  return `${name.slice(0, 55)}-${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;
}

/** EKS tags each session with its cluster, namespace and ServiceAccount: others are refused. */
function trust(
  { account, prefix }: AwsContext,
  serviceAccount: ServiceAccountName | undefined,
): PolicyStatement {
  return {
    Effect: "Allow",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
    Condition: {
      StringEquals: {
        "aws:SourceAccount": account,
        "aws:RequestTag/eks-cluster-name": prefix,
        ...(serviceAccount === undefined
          ? {}
          : {
              "aws:RequestTag/kubernetes-namespace": serviceAccount.namespace,
              "aws:RequestTag/kubernetes-service-account": serviceAccount.name,
            }),
      },
    },
  };
}
