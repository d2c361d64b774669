/** A cluster on Oracle Cloud Infrastructure, and everything around it. */
import type * as k8s from "@pulumi/kubernetes";
import { Provider as OciProvider } from "@pulumi/oci/provider.js";
import * as pulumi from "@pulumi/pulumi";
import type { OkeSettings } from "../../../config/schema/cluster-oke.ts";
import { addressAt } from "../cloud/address-plan.ts";
import type { InfrastructureFacts, MadeCluster } from "../cloud/facts.ts";
import { clusterProvider } from "../cloud/provider.ts";
import { stackTags } from "../cloud/tags.ts";
import { OkeAutoscaler } from "./autoscaler.ts";
import { BackupBucket } from "./backup-bucket.ts";
import { Calico, type CalicoPins } from "./calico.ts";
import type { OkeContext } from "./context.ts";
import { OkeControlPlane } from "./control-plane.ts";
import { DnsZone } from "./dns-zone.ts";
import { OkeEncryption } from "./encryption.ts";
import { OkeFileStorage } from "./file-storage.ts";
import { OkeNetwork } from "./network.ts";
import { OkeNodePools } from "./node-pools.ts";
import { RegistryAccess } from "./registry-access.ts";
import { OkeStorageClasses } from "./storage-classes.ts";
import { OkeWorkloadIdentity } from "./workload-identity.ts";

export interface OkeClusterArgs {
  /** Stack that the cluster belongs to: part of every name, and a tag on everything. */
  readonly stack: string;
  readonly settings: OkeSettings;
  readonly calico: CalicoPins;
}

/**
 * The cluster in stages, each depending on the one before: network and keys, control plane, nodes, provider. Destroying
 * goes the other way round, so that nodes, rights and gateways are there until the last load balancer and volume is
 * gone. Credentials come from the environment of whoever runs Quint.
 */
export class OkeCluster extends pulumi.ComponentResource implements MadeCluster {
  readonly provider: k8s.Provider;
  readonly facts: InfrastructureFacts;
  readonly prerequisites: readonly pulumi.Resource[];
  readonly kubeconfig: pulumi.Output<string>;

  constructor(name: string, args: OkeClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:cluster:OkeCluster", name, {}, opts);
    const { settings } = args;
    const context: OkeContext = {
      prefix: `quint-${args.stack}`,
      compartment: settings.compartment,
      region: settings.region,
      tags: stackTags(args.stack),
    };
    const { tenancy } = settings;
    const publicApi = settings.api.access === "public";
    const own = { parent: this };
    const oci = new OciProvider(name, { region: settings.region }, own);
    const home = new OciProvider(`${name}-home`, { region: settings.homeRegion ?? settings.region }, own);
    const here = { parent: this, providers: [oci] };

    const network = new OkeNetwork(
      `${name}-network`,
      { context, cidr: settings.network.cidr, publicApi, apiCidrs: settings.api.allowedCidrs },
      here,
    );
    const encryption = new OkeEncryption(
      `${name}-encryption`,
      { context, tenancy, protection: settings.keyProtection, keep: settings.backups.keep },
      { ...here, home },
    );
    const files = new OkeFileStorage(
      `${name}-files`,
      { context, tenancy, network, zone: zonesOf(settings)[0] ?? "" },
      here,
    );
    const controlPlane = new OkeControlPlane(
      `${name}-control-plane`,
      {
        context,
        network,
        kubernetesVersion: settings.kubernetesVersion,
        servicesCidr: settings.network.servicesCidr,
        publicApi,
        key: encryption.clusterKey,
      },
      { ...here, dependsOn: [network, encryption] },
    );
    const cluster = controlPlane.clusterId;
    const identity = new OkeWorkloadIdentity(
      `${name}-identity`,
      { context, cluster },
      { parent: this, providers: [home] },
    );
    const nodes = new OkeNodePools(
      `${name}-nodes`,
      {
        context,
        tenancy,
        cluster,
        network,
        pools: settings.nodePools,
        kubernetesVersion: settings.kubernetesVersion,
        imageBuild: settings.nodeImageBuild,
        key: encryption.clusterKey,
      },
      { ...here, dependsOn: [controlPlane, files, identity] },
    );
    const scaled = settings.nodePools.flatMap(({ name: pool, autoscaling }) => {
      const id = nodes.ids[pool];
      return autoscaling === undefined || id === undefined ? [] : [{ id, ...autoscaling }];
    });
    const autoscaler =
      scaled.length === 0
        ? []
        : [
            new OkeAutoscaler(
              `${name}-autoscaler`,
              { context, cluster, pools: scaled },
              { ...here, home, dependsOn: [nodes] },
            ),
          ];
    const { objectStore } = new BackupBucket(
      `${name}-backups`,
      {
        context,
        tenancy,
        namespace: settings.objectStorageNamespace,
        key: encryption.backupKey,
        ...settings.backups,
      },
      { ...here, home, dependsOn: [encryption] },
    );

    this.kubeconfig = controlPlane.kubeconfig;
    this.provider = clusterProvider(
      `${name}-kubernetes`,
      { kubeconfig: this.kubeconfig, context: context.prefix, identifier: cluster, disposable: false },
      { parent: this, dependsOn: [nodes, ...autoscaler] },
    );
    // They stay until the cluster goes: volumes and policies need them to the end.
    const inside = { parent: this, providers: [this.provider], deletedWith: controlPlane.cluster };
    this.prerequisites = [
      new Calico(`${name}-calico`, args.calico, inside),
      new OkeStorageClasses(
        `${name}-storage`,
        {
          context,
          names: settings.storageClasses,
          key: encryption.clusterKey,
          files,
          nodeRange: network.ranges.nodes,
        },
        inside,
      ),
    ];
    this.facts = {
      apiServerCidrs: [network.ranges.api, addressAt(settings.network.servicesCidr, 1)],
      apiServerPorts: [6443, 443],
      loadBalancers: {
        kind: "oci-network",
        externalTrafficPolicy: "Cluster",
        proxyProtocol: true,
        annotations: loadBalancerAnnotations(context, network.groups.loadBalancers),
      },
      workloadIdentity: identity.facts,
      objectStore,
      secretStore: { kind: "oci-vault", region: settings.region, vault: encryption.vault },
      ...this.optional(name, settings, context, here, home),
    };
    this.registerOutputs({ kubeconfig: this.kubeconfig, clusterId: cluster });
  }

  /** What only some stacks have. */
  private optional(
    name: string,
    settings: OkeSettings,
    context: OkeContext,
    here: pulumi.ComponentResourceOptions,
    home: OciProvider,
  ): Pick<InfrastructureFacts, "pullSecret" | "dnsZone"> {
    const registry = settings.registryAccess
      ? new RegistryAccess(
          `${name}-registry`,
          { context, tenancy: settings.tenancy, namespace: settings.objectStorageNamespace },
          { parent: this, providers: [home] },
        )
      : undefined;
    const dns =
      settings.dnsZone === undefined
        ? undefined
        : new DnsZone(`${name}-dns`, { context, zone: settings.dnsZone }, here);
    return {
      ...(registry === undefined ? {} : { pullSecret: registry.pullSecret }),
      ...(dns === undefined ? {} : { dnsZone: { name: dns.zone, nameservers: dns.nameservers } }),
    };
  }
}

/** Zones of the pools, sorted, so that the order of pools decides nothing. */
function zonesOf({ nodePools }: OkeSettings): string[] {
  return [...new Set(nodePools.flatMap(({ zones }) => zones))].sort();
}

/**
 * A public network load balancer in its own security group. Clients' addresses arrive in a PROXY protocol header: kept
 * as the packets' source they would have to be let in to every node.
 */
function loadBalancerAnnotations(context: OkeContext, group: pulumi.Output<string>) {
  const network = "oci-network-load-balancer.oraclecloud.com";
  return {
    "oci.oraclecloud.com/load-balancer-type": "nlb",
    [`${network}/oci-network-security-groups`]: group,
    [`${network}/security-list-management-mode`]: "None",
    [`${network}/is-ppv2-enabled`]: "true",
    [`${network}/initial-freeform-tags-override`]: JSON.stringify(context.tags),
  };
}
