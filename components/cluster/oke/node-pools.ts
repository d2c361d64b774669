/** The node pools: machines without a public address, spread over availability domains. */
import { NodePool } from "@pulumi/oci/containerengine/nodePool.js";
import * as pulumi from "@pulumi/pulumi";
import { ocpusOf } from "../../../config/schema/cluster-oke-shapes.ts";
import type { GrowingPool } from "../../../config/schema/cluster-pools.ts";
import { availabilityDomains } from "./availability-domains.ts";
import type { OkeContext } from "./context.ts";
import type { OkeNetwork } from "./network.ts";
import { nodeImage } from "./node-image.ts";
import { startupScript } from "./node-startup.ts";

export interface OkeNodePoolsArgs {
  readonly context: OkeContext;
  readonly tenancy: string;
  readonly cluster: pulumi.Input<string>;
  readonly network: OkeNetwork;
  readonly pools: readonly GrowingPool[];
  readonly kubernetesVersion: string;
  readonly imageBuild?: string | undefined;
  /** OCID of the key that encrypts boot volumes. */
  readonly key: pulumi.Input<string>;
}

/** Pods whose addresses one network interface carries. */
const podsPerInterface = 31;
/** More pods than this OKE refuses on any node. */
const mostPods = 110;

/**
 * Pods that a node takes: its shape has an interface for each OCPU (at least 2, at most 24), and one of them is the
 * node's own. (OKE documentation, "Using the OCI VCN-Native Pod Networking CNI plugin".)
 */
export function podsOf(pool: Pick<GrowingPool, "maxPods" | "instanceType" | "cpu" | "name">): number {
  const interfaces = Math.min(Math.max(ocpusOf(pool), 2), 24);
  return Math.min(pool.maxPods, mostPods, (interfaces - 1) * podsPerInterface);
}

/** The pools of an OKE cluster. A new version or image replaces nodes one by one: a new one first. */
export class OkeNodePools extends pulumi.ComponentResource {
  /** OCID of each pool, by its name. */
  readonly ids: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: OkeNodePoolsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:cluster:OkeNodePools", name, {}, opts);
    const domain = availabilityDomains(args.tenancy, { parent: this });
    const ids = args.pools.map(
      (pool) => [pool.name, this.pool(`${name}-${pool.name}`, pool, args, domain).id] as const,
    );
    this.ids = Object.fromEntries(ids);
    this.registerOutputs({ ids: this.ids });
  }

  private pool(
    name: string,
    pool: GrowingPool,
    { context, network, kubernetesVersion, ...args }: OkeNodePoolsArgs,
    domain: (zone: string) => pulumi.Output<string>,
  ): NodePool {
    const wanted = { architecture: pool.architecture, kubernetesVersion, build: args.imageBuild };
    return new NodePool(
      name,
      {
        clusterId: args.cluster,
        compartmentId: context.compartment,
        name: pool.name,
        kubernetesVersion: `v${kubernetesVersion}`,
        nodeShape: pool.instanceType,
        nodeShapeConfig: { ocpus: ocpusOf(pool), memoryInGbs: pool.memoryGiB },
        nodeSourceDetails: {
          sourceType: "IMAGE",
          imageId: nodeImage(wanted, context.compartment, { parent: this }),
          bootVolumeSizeInGbs: String(pool.diskGiB),
        },
        initialNodeLabels: Object.entries(pool.labels).map(([key, value]) => ({ key, value })),
        nodeConfigDetails: {
          size: pool.count,
          placementConfigs: pool.zones.map((zone) => ({
            availabilityDomain: domain(zone),
            subnetId: network.subnets.nodes,
          })),
          nsgIds: [network.groups.nodes],
          kmsKeyId: args.key,
          isPvEncryptionInTransitEnabled: true,
          nodePoolPodNetworkOptionDetails: {
            cniType: "OCI_VCN_IP_NATIVE",
            podSubnetIds: [network.subnets.pods],
            podNsgIds: [network.groups.pods],
            maxPodsPerNode: podsOf(pool),
          },
          freeformTags: context.tags,
        },
        nodeMetadata: {
          // Version 1 of the metadata service hands the node's identity to anything that can make it send a request.
          areLegacyImdsEndpointsDisabled: "true",
          user_data: startupScript(pool),
        },
        nodePoolCyclingDetails: { isNodeCyclingEnabled: true, maximumSurge: "1", maximumUnavailable: "0" },
        // An hour for budgets and long requests; then the upgrade stops rather than pods.
        nodeEvictionNodePoolSettings: {
          evictionGraceDuration: "PT1H",
          isForceActionAfterGraceDuration: false,
          isForceDeleteAfterGraceDuration: false,
        },
        freeformTags: context.tags,
      },
      {
        parent: this,
        // The autoscaler decides how many nodes there are.
        ignoreChanges: pool.autoscaling === undefined ? [] : ["nodeConfigDetails.size"],
      },
    );
  }
}
