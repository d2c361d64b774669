/** The control plane: an enhanced cluster with pods on the VCN. */
import { Cluster as ContainerCluster } from "@pulumi/oci/containerengine/cluster.js";
import { getClusterKubeConfigOutput } from "@pulumi/oci/containerengine/getClusterKubeConfig.js";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { execKubeconfig } from "../cloud/exec-kubeconfig.ts";
import type { OkeContext } from "./context.ts";
import type { OkeNetwork } from "./network.ts";

export interface OkeControlPlaneArgs {
  readonly context: OkeContext;
  readonly network: OkeNetwork;
  readonly kubernetesVersion: string;
  readonly servicesCidr: string;
  readonly publicApi: boolean;
  /** OCID of the key that encrypts Secrets in etcd. */
  readonly key: pulumi.Input<string>;
}

/** OKE's control plane. It depends on everything in the network: it goes before the network goes. */
export class OkeControlPlane extends pulumi.ComponentResource {
  /** The cluster itself: what lives in it goes with it. */
  readonly cluster: pulumi.CustomResource;
  readonly clusterId: pulumi.Output<string>;
  /** Kubeconfig whose credentials `oci` makes at each use. */
  readonly kubeconfig: pulumi.Output<string>;

  constructor(name: string, args: OkeControlPlaneArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:cluster:OkeControlPlane", name, {}, opts);
    const { context, network } = args;
    const cluster = new ContainerCluster(
      name,
      {
        compartmentId: context.compartment,
        name: context.prefix,
        type: "ENHANCED_CLUSTER",
        kubernetesVersion: `v${args.kubernetesVersion}`,
        vcnId: network.vcn,
        kmsKeyId: args.key,
        endpointConfig: {
          isPublicIpEnabled: args.publicApi,
          subnetId: network.subnets.api,
          nsgIds: [network.groups.api],
        },
        clusterPodNetworkOptions: [{ cniType: "OCI_VCN_IP_NATIVE" }],
        options: {
          kubernetesNetworkConfig: { servicesCidr: args.servicesCidr },
          serviceLbSubnetIds: [network.subnets.loadBalancers],
          serviceLbConfig: { freeformTags: context.tags },
          persistentVolumeConfig: { freeformTags: context.tags },
        },
        freeformTags: context.tags,
      },
      { parent: this },
    );
    this.cluster = cluster;
    this.clusterId = cluster.id;
    const given = getClusterKubeConfigOutput(
      {
        clusterId: cluster.id,
        endpoint: args.publicApi ? "PUBLIC_ENDPOINT" : "PRIVATE_ENDPOINT",
        tokenVersion: "2.0.0",
      },
      { parent: this },
    );
    this.kubeconfig = pulumi
      .all([given.content, cluster.id])
      .apply(([content, id]) => okeKubeconfig(content, id, context));
    this.registerOutputs({ clusterId: this.clusterId, kubeconfig: this.kubeconfig });
  }
}

interface GivenKubeconfig {
  readonly clusters?: readonly {
    readonly cluster?: { readonly server?: string; readonly "certificate-authority-data"?: string };
  }[];
}

/**
 * A kubeconfig made from address and CA of the one that OKE gives out. Its user is left behind: whatever OKE puts
 * there, no token gets into the state.
 *
 * @throws Error where OKE's has no address or CA.
 */
function okeKubeconfig(given: string, clusterId: string, context: OkeContext): string {
  const cluster = (parse(given) as GivenKubeconfig | null)?.clusters?.[0]?.cluster;
  const server = cluster?.server;
  const certificateAuthority = cluster?.["certificate-authority-data"];
  if (server === undefined || certificateAuthority === undefined) {
    throw new Error(`OKE gave a kubeconfig of ${context.prefix} without address or certificate authority`);
  }
  return execKubeconfig({
    name: context.prefix,
    server,
    certificateAuthority,
    command: "oci",
    args: ["ce", "cluster", "generate-token", "--cluster-id", clusterId, "--region", context.region],
    installHint: "The OCI command line (`oci`) makes the credentials: install and configure it.",
  });
}
