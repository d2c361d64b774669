/** The node pools: managed node groups in private subnets, on Amazon Linux 2023. */
import { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate.js";
import { NodeGroup } from "@pulumi/aws/eks/nodeGroup.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import * as pulumi from "@pulumi/pulumi";
import type { Architecture } from "../../../config/schema/cluster.ts";
import type { GrowingPool } from "../../../config/schema/cluster-pools.ts";
import { managedPolicy, named, type AwsContext } from "../cloud/aws/context.ts";
import type { EksNetwork } from "./network.ts";
import { nodeUserData } from "./node-startup.ts";
import { assumedBy } from "../cloud/aws/policy-document.ts";

export interface EksNodeGroupsArgs {
  readonly context: AwsContext;
  /** Name of the cluster, once it is there. */
  readonly cluster: pulumi.Input<string>;
  readonly network: EksNetwork;
  readonly pools: readonly GrowingPool[];
  readonly kubernetesVersion: string;
  /** ARN of the key that encrypts the nodes' volumes. */
  readonly keyArn: pulumi.Input<string>;
}

const images: Readonly<Record<Architecture, string>> = {
  amd64: "AL2023_x86_64_STANDARD",
  arm64: "AL2023_ARM_64_STANDARD",
};

/** EKS's spelling of the effects of taints. */
const effects: Readonly<Record<GrowingPool["taints"][number]["effect"], string>> = {
  NoSchedule: "NO_SCHEDULE",
  PreferNoSchedule: "PREFER_NO_SCHEDULE",
  NoExecute: "NO_EXECUTE",
};

/** What a node itself needs. Its pods have roles of their own, and none can ask for the node's: see the hop limit. */
const nodePolicies = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"];

/** The pools of an EKS cluster. A new version or template replaces nodes one by one, within budgets. */
export class EksNodeGroups extends pulumi.ComponentResource {
  constructor(name: string, args: EksNodeGroupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:cluster:EksNodeGroups", name, {}, opts);
    const { context } = args;
    const role = new Role(
      name,
      {
        name: `${context.prefix}-nodes`,
        assumeRolePolicy: assumedBy("ec2.amazonaws.com"),
        tags: named(context, "nodes"),
      },
      { parent: this },
    );
    const rights = nodePolicies.map(
      (policy) =>
        new RolePolicyAttachment(
          `${name}-${policy}`,
          { role: role.name, policyArn: managedPolicy(context, policy) },
          { parent: this },
        ),
    );
    for (const pool of args.pools) this.group(`${name}-${pool.name}`, pool, args, role, rights);
    this.registerOutputs();
  }

  private group(
    name: string,
    pool: GrowingPool,
    args: EksNodeGroupsArgs,
    role: Role,
    dependsOn: pulumi.Resource[],
  ): void {
    const { context, network } = args;
    const template = this.template(name, pool, args);
    const bounds = pool.autoscaling ?? { min: pool.count, max: pool.count };
    new NodeGroup(
      name,
      {
        clusterName: args.cluster,
        // A prefix, so that a pool whose machines change is replaced by a new one before it goes.
        nodeGroupNamePrefix: `${pool.name}-`,
        nodeRoleArn: role.arn,
        version: args.kubernetesVersion,
        amiType: images[pool.architecture],
        instanceTypes: [pool.instanceType],
        capacityType: "ON_DEMAND",
        subnetIds: pool.zones.flatMap((zone) => network.subnets.private[zone] ?? []),
        scalingConfig: { desiredSize: pool.count, minSize: bounds.min, maxSize: bounds.max },
        updateConfig: { maxUnavailable: 1 },
        nodeRepairConfig: { enabled: true },
        launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
        labels: { ...pool.labels },
        taints: pool.taints.map(({ key, value, effect }) => ({
          key,
          effect: effects[effect],
          ...(value === undefined ? {} : { value }),
        })),
        tags: named(context, pool.name),
      },
      {
        parent: this,
        dependsOn,
        // The autoscaler decides how many nodes there are.
        ignoreChanges: pool.autoscaling === undefined ? [] : ["scalingConfig.desiredSize"],
      },
    );
  }

  private template(name: string, pool: GrowingPool, { context, keyArn }: EksNodeGroupsArgs): LaunchTemplate {
    const tags = named(context, pool.name);
    return new LaunchTemplate(
      name,
      {
        namePrefix: `${context.prefix}-${pool.name}-`,
        updateDefaultVersion: true,
        blockDeviceMappings: [
          {
            deviceName: "/dev/xvda",
            ebs: {
              volumeType: "gp3",
              volumeSize: pool.diskGiB,
              encrypted: "true",
              kmsKeyId: keyArn,
              deleteOnTermination: "true",
            },
          },
        ],
        // One hop is the node itself: a pod that asks for the node's identity gets no answer.
        metadataOptions: {
          httpEndpoint: "enabled",
          httpTokens: "required",
          httpPutResponseHopLimit: 1,
          instanceMetadataTags: "disabled",
        },
        tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({
          resourceType,
          tags,
        })),
        userData: nodeUserData(pool),
        tags,
      },
      { parent: this },
    );
  }
}
