/** A cluster of containers on this machine. */
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { KindSettings } from "../../../config/schema/cluster-kind.ts";
import { addressAt } from "../cloud/address-plan.ts";
import { noWorkloadIdentity, type InfrastructureFacts, type MadeCluster } from "../cloud/facts.ts";
import { clusterProvider } from "../cloud/provider.ts";
import { gatewayNodePorts, kindConfiguration, servicesCidr } from "./configuration.ts";
import { kindProvider } from "./provider.ts";
import { KindStorage } from "./storage.ts";

export interface KindClusterArgs {
  /** Stack that the cluster belongs to. */
  readonly stack: string;
  readonly settings: KindSettings;
  /** Folder of this machine for volumes that all nodes share. */
  readonly sharedFolder: string;
}

/** The cluster as a resource. */
class KindClusterResource extends pulumi.dynamic.Resource {
  declare readonly kubeconfig: pulumi.Output<string>;
  declare readonly identity: pulumi.Output<string>;

  constructor(
    name: string,
    inputs: Parameters<typeof kindProvider.create>[0],
    opts: pulumi.CustomResourceOptions,
  ) {
    const outputs = { kubeconfig: undefined, identity: undefined };
    super(
      kindProvider,
      name,
      { ...inputs, ...outputs },
      { ...opts, additionalSecretOutputs: ["kubeconfig"] },
      "kind",
      "Cluster",
    );
  }
}

/**
 * Addresses that Docker gives to containers, hence to the API server's, unless it is configured otherwise. (Docker's
 * default address pools.)
 */
const dockerRanges = ["172.16.0.0/12", "192.168.0.0/16"];

/** A kind cluster, with volumes that all its nodes share. */
export class KindCluster extends pulumi.ComponentResource implements MadeCluster {
  readonly provider: k8s.Provider;
  readonly facts: InfrastructureFacts;
  readonly prerequisites: readonly pulumi.Resource[];
  readonly kubeconfig: pulumi.Output<string>;

  constructor(name: string, args: KindClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:cluster:KindCluster", name, {}, opts);
    const { settings, sharedFolder } = args;
    const clusterName = `quint-${args.stack}`;
    const cluster = new KindClusterResource(
      name,
      {
        clusterName,
        configuration: kindConfiguration({ settings, sharedFolder }),
        architecture: settings.nodePools[0]?.architecture ?? "amd64",
        sharedFolder,
      },
      { parent: this },
    );
    this.kubeconfig = cluster.kubeconfig;
    this.provider = clusterProvider(
      `${name}-kubernetes`,
      {
        kubeconfig: this.kubeconfig,
        context: `kind-${clusterName}`,
        identifier: cluster.identity,
        disposable: true,
      },
      { parent: this },
    );
    this.prerequisites = [
      new KindStorage(
        `${name}-storage`,
        { names: settings.storageClasses },
        { parent: this, providers: [this.provider], deletedWith: cluster },
      ),
    ];
    this.facts = {
      apiServerCidrs: [...dockerRanges, addressAt(servicesCidr, 1)],
      apiServerPorts: [6443, 443],
      loadBalancers: {
        kind: "host-ports",
        annotations: {},
        // Ports of this machine lead to the control plane's node, where no gateway runs.
        externalTrafficPolicy: "Cluster",
        proxyProtocol: false,
        nodePorts: gatewayNodePorts,
      },
      workloadIdentity: noWorkloadIdentity,
    };
    this.registerOutputs({ clusterName });
  }
}
