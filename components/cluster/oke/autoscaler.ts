/** The cluster autoscaler: OKE's own add-on, kept up to date by Oracle. */
import { Addon } from "@pulumi/oci/containerengine/addon.js";
import { Policy } from "@pulumi/oci/identity/policy.js";
import * as pulumi from "@pulumi/pulumi";
import { serviceAccounts } from "../cloud/service-accounts.ts";
import type { OkeContext } from "./context.ts";
import { statement } from "./policy.ts";

export interface ScaledPool {
  /** OCID of the pool. */
  readonly id: pulumi.Input<string>;
  readonly min: number;
  readonly max: number;
}

export interface OkeAutoscalerArgs {
  readonly context: OkeContext;
  readonly cluster: pulumi.Input<string>;
  readonly pools: readonly ScaledPool[];
}

export interface AutoscalerOptions extends pulumi.ComponentResourceOptions {
  readonly home: pulumi.ProviderResource;
}

/** What the add-on does in the compartment. (OKE documentation, "Working with the Cluster Autoscaler as a Cluster Add-on".) */
const rights = [
  "manage cluster-node-pools",
  "manage instance-family",
  "use subnets",
  "read virtual-network-family",
  "use vnics",
  "inspect compartments",
];

/** Sizes node pools by what pods request. Its rights belong to its ServiceAccount, not to nodes. */
export class OkeAutoscaler extends pulumi.ComponentResource {
  constructor(name: string, args: OkeAutoscalerArgs, { home, ...opts }: AutoscalerOptions) {
    super("quint:cluster:OkeAutoscaler", name, {}, opts);
    const { context } = args;
    const account = serviceAccounts["cluster-autoscaler"];
    const policy = new Policy(
      name,
      {
        compartmentId: context.compartment,
        name: `${context.prefix}-cluster-autoscaler`,
        description: `Cluster autoscaler of ${context.prefix}`,
        statements: pulumi.output(args.cluster).apply((cluster) => {
          const workload = { cluster, namespace: account.namespace, serviceAccount: account.name };
          return rights.map((may) => statement(context.compartment, { principal: { workload }, may }));
        }),
        freeformTags: context.tags,
      },
      { parent: this, provider: home },
    );
    const nodes = pulumi
      .all(args.pools.map(({ id }) => id))
      .apply((ids) =>
        args.pools.map(({ min, max }, index) => `${min}:${max}:${ids[index] ?? ""}`).join(", "),
      );
    new Addon(
      name,
      {
        clusterId: args.cluster,
        addonName: "ClusterAutoscaler",
        removeAddonResourcesOnDelete: true,
        configurations: [
          { key: "authType", value: "workload" },
          { key: "nodes", value: nodes },
          // Two: the one that works may be on the node that has to go.
          { key: "numOfReplicas", value: "2" },
        ],
      },
      { parent: this, dependsOn: [policy] },
    );
    this.registerOutputs();
  }
}
