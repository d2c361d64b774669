/** A cluster on AWS, and everything around it. */
import { Provider as AwsProvider } from "@pulumi/aws/provider.js";
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { EksSettings } from "../../../config/schema/cluster-eks.ts";
import { addressAt } from "../cloud/address-plan.ts";
import type { InfrastructureFacts, MadeCluster } from "../cloud/facts.ts";
import { clusterProvider } from "../cloud/provider.ts";
import { stackTags } from "../cloud/tags.ts";
import { ProtectedBucket } from "../cloud/aws/protected-bucket.ts";
import { EksAddOns } from "./add-ons.ts";
import { awsContext, type AwsContext } from "../cloud/aws/context.ts";
import { EksControllers, type ControllerPins } from "./controllers.ts";
import { EksControlPlane } from "./control-plane.ts";
import { EksEncryption } from "./encryption.ts";
import { EksFileSystem } from "./file-system.ts";
import { EksIdentities, secretPrefix } from "./identities.ts";
import { EksNetwork } from "./network.ts";
import { EksNodeGroups } from "./node-groups.ts";
import { EksStorageClasses } from "./storage-classes.ts";

export interface EksClusterArgs {
  /** Stack that the cluster belongs to: part of every name, and a tag on everything. */
  readonly stack: string;
  readonly settings: EksSettings;
  readonly controllers: ControllerPins;
}

/**
 * The cluster in stages, each depending on the one before: network and key, control plane, the add-ons that nodes need,
 * nodes, the other add-ons and roles, provider. Destroying goes the other way round, so that nodes, roles and gateways
 * are there until the last load balancer and volume is gone. Credentials come from the environment of whoever runs
 * Quint; those of another account are refused.
 */
export class EksCluster extends pulumi.ComponentResource implements MadeCluster {
  readonly provider: k8s.Provider;
  readonly facts: InfrastructureFacts;
  readonly prerequisites: readonly pulumi.Resource[];
  readonly kubeconfig: pulumi.Output<string>;

  constructor(name: string, args: EksClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:cluster:EksCluster", name, {}, opts);
    const { settings, stack } = args;
    const context = awsContext(stack, settings, stackTags(stack));
    const aws = new AwsProvider(
      name,
      { region: settings.region, allowedAccountIds: [settings.account] },
      { parent: this },
    );
    const here = { parent: this, providers: [aws] };
    const autoscaling = settings.nodePools.some((pool) => pool.autoscaling !== undefined);

    const network = new EksNetwork(
      `${name}-network`,
      { context, cidr: settings.network.cidr, zones: settings.zones },
      here,
    );
    const { keyArn } = new EksEncryption(`${name}-encryption`, { context }, here);
    const controlPlane = new EksControlPlane(
      `${name}-control-plane`,
      {
        context,
        network,
        keyArn,
        kubernetesVersion: settings.kubernetesVersion,
        servicesCidr: settings.network.servicesCidr,
        publicApi: settings.api.access === "public",
        apiCidrs: settings.api.allowedCidrs,
        administrators: settings.administrators,
        logRetentionDays: settings.logRetentionDays,
      },
      { ...here, dependsOn: [network] },
    );
    const cluster = controlPlane.cluster.name;
    const addOns = { context, cluster, versions: settings.addOns };
    const before = new EksAddOns(`${name}-base`, "before-nodes", addOns, {
      ...here,
      dependsOn: [controlPlane],
    });
    const nodes = new EksNodeGroups(
      `${name}-nodes`,
      {
        context,
        cluster,
        network,
        keyArn,
        pools: settings.nodePools,
        kubernetesVersion: settings.kubernetesVersion,
      },
      { ...here, dependsOn: [before] },
    );
    const after = new EksAddOns(`${name}-add-ons`, "after-nodes", addOns, { ...here, dependsOn: [nodes] });
    const files = new EksFileSystem(
      `${name}-files`,
      { context, network, nodes: controlPlane.securityGroup, keyArn },
      here,
    );
    const bucket = new ProtectedBucket(
      `${name}-backups`,
      { context, bucketName: bucketName(context), purpose: "backups", ...settings.backups },
      here,
    );
    const identities = new EksIdentities(
      `${name}-identities`,
      stack,
      {
        context,
        bucket,
        autoscaling,
      },
      { ...here, dependsOn: [controlPlane] },
    );

    this.kubeconfig = controlPlane.kubeconfig;
    this.provider = clusterProvider(
      `${name}-kubernetes`,
      {
        kubeconfig: this.kubeconfig,
        context: context.prefix,
        // A cluster made anew has the old name and ARN, but never the old address.
        identifier: controlPlane.cluster.endpoint,
        disposable: false,
      },
      { parent: this, dependsOn: [nodes, after, files, identities] },
    );
    // They stay until the cluster goes: volumes and load balancers need them to the end.
    const inside = { parent: this, providers: [this.provider], deletedWith: controlPlane.cluster };
    this.prerequisites = [
      new EksStorageClasses(
        `${name}-storage`,
        { names: settings.storageClasses, keyArn, fileSystemId: files.fileSystemId },
        inside,
      ),
      new EksControllers(
        `${name}-controllers`,
        { context, vpc: network.vpc, pins: args.controllers, autoscaling },
        inside,
      ),
    ];
    this.facts = {
      apiServerCidrs: [...network.controlRanges, addressAt(settings.network.servicesCidr, 1)],
      apiServerPorts: [443],
      loadBalancers: {
        kind: "aws-network",
        class: "service.k8s.aws/nlb",
        externalTrafficPolicy: "Cluster",
        proxyProtocol: true,
        annotations: loadBalancerAnnotations(context),
      },
      workloadIdentity: identities.facts,
      objectStore: {
        kind: "s3",
        bucket: bucket.bucketName,
        region: context.region,
        kmsKey: bucket.keyAlias,
        credentials: { how: "workload-identity" },
      },
      secretStore: { kind: "aws-secrets-manager", region: context.region, prefix: secretPrefix(stack) },
    };
    this.registerOutputs({ kubeconfig: this.kubeconfig });
  }
}

/** Names of buckets are shared by all customers of AWS, so the account's number is part of it. */
function bucketName({ prefix, account, region }: AwsContext): string {
  return `${prefix}-backups-${account}-${region}`;
}

/** A public network load balancer that sends packets straight to pods. Clients' addresses arrive by PROXY protocol. */
function loadBalancerAnnotations({ tags }: AwsContext): Record<string, string> {
  const balancer = "service.beta.kubernetes.io/aws-load-balancer";
  return {
    [`${balancer}-scheme`]: "internet-facing",
    [`${balancer}-nlb-target-type`]: "ip",
    [`${balancer}-proxy-protocol`]: "*",
    [`${balancer}-additional-resource-tags`]: Object.entries(tags)
      .map(([key, value]) => `${key}=${value}`)
      .join(","),
  };
}
