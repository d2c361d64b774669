/** Roles for the foundation's add-ons, and for whoever may use the bucket. */
import * as pulumi from "@pulumi/pulumi";
import type { BucketRights, IdentityPurpose, ServiceAccountName, WorkloadIdentity } from "../cloud/facts.ts";
import { serviceAccounts } from "../cloud/service-accounts.ts";
import { bucketStatements, readingStatements, type ProtectedBucket } from "../cloud/aws/protected-bucket.ts";
import type { AwsContext } from "../cloud/aws/context.ts";
import { loadBalancerStatements } from "./load-balancer-policy.ts";
import { PodRole } from "./pod-role.ts";
import type { PolicyStatement } from "../cloud/aws/policy-document.ts";

export interface EksIdentitiesArgs {
  readonly context: AwsContext;
  readonly bucket: ProtectedBucket;
  /** Whether some pool may grow: only then there is an autoscaler. */
  readonly autoscaling: boolean;
}

/** What secrets of AWS Secrets Manager that the stack may read begin with. */
export function secretPrefix(stack: string): string {
  return `quint/${stack}/`;
}

/** Rights by ServiceAccount. They are there as long as anything in the cluster is: the provider depends on them. */
export class EksIdentities extends pulumi.ComponentResource {
  readonly facts: WorkloadIdentity;

  constructor(name: string, stack: string, args: EksIdentitiesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:cluster:EksIdentities", name, {}, opts);
    const { context, bucket, autoscaling } = args;
    const statements: Readonly<Partial<Record<IdentityPurpose, PolicyStatement[]>>> = {
      velero: bucketStatements(bucket),
      "external-secrets": secretStatements(context, stack),
      "load-balancer-controller": loadBalancerStatements(context),
      ...(autoscaling ? { "cluster-autoscaler": autoscalerStatements(context) } : {}),
    };
    const purposes = Object.keys(statements) as IdentityPurpose[];
    for (const purpose of purposes) {
      const serviceAccount = serviceAccounts[purpose];
      const role = new PodRole(
        `${name}-${purpose}`,
        { context, purpose, serviceAccount, statements: statements[purpose] ?? [] },
        { parent: this },
      );
      role.grantTo(`${name}-${purpose}`, serviceAccount, { dependsOn: [...role.rights] });
    }
    const backups = new PodRole(
      `${name}-backups`,
      { context, purpose: "backups", statements: bucketStatements(bucket) },
      { parent: this },
    );
    const reading = new PodRole(
      `${name}-backups-read`,
      { context, purpose: "backups-read", statements: readingStatements(bucket, []) },
      { parent: this },
    );
    const roleFor = (grant: string, serviceAccount: ServiceAccountName, rights: BucketRights): PodRole => {
      if (rights === "all") return backups;
      if (rights.writes.length === 0) return reading;
      return new PodRole(
        `${name}-${grant}`,
        { context, purpose: grant, serviceAccount, statements: readingStatements(bucket, rights.writes) },
        { parent: this },
      );
    };
    this.facts = {
      kind: "eks-pod-identity",
      // The agent answers on a link-local address of the node.
      tokenPorts: [],
      grantObjectStore: (grant, serviceAccount, rights, grantOpts) => {
        const role = roleFor(grant, serviceAccount, rights);
        return role.grantTo(grant, serviceAccount, { dependsOn: [...role.rights], ...grantOpts });
      },
    };
    this.registerOutputs();
  }
}

function secretStatements({ partition, region, account }: AwsContext, stack: string): PolicyStatement[] {
  return [
    {
      Effect: "Allow",
      Action: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
      Resource: `arn:${partition}:secretsmanager:${region}:${account}:secret:${secretPrefix(stack)}*`,
    },
  ];
}

/** (kubernetes/autoscaler, cloud provider for AWS.) Changing needs the tags that EKS puts on its groups. */
function autoscalerStatements({ partition, region, account, prefix }: AwsContext): PolicyStatement[] {
  return [
    {
      Effect: "Allow",
      // AWS has no narrower resource for reading these.
      Action: [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
      ],
      Resource: "*",
    },
    {
      Effect: "Allow",
      Action: "eks:DescribeNodegroup",
      Resource: `arn:${partition}:eks:${region}:${account}:nodegroup/${prefix}/*`,
    },
    {
      Effect: "Allow",
      Action: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
      Resource: `arn:${partition}:autoscaling:${region}:${account}:autoScalingGroup:*`,
      Condition: { StringEquals: { [`aws:ResourceTag/k8s.io/cluster-autoscaler/${prefix}`]: "owned" } },
    },
  ];
}
