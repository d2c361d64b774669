/** File Storage: where volumes come from that many nodes mount at once. */
import { MountTarget } from "@pulumi/oci/filestorage/mountTarget.js";
import * as pulumi from "@pulumi/pulumi";
import { availabilityDomains } from "./availability-domains.ts";
import type { OkeContext } from "./context.ts";
import type { OkeNetwork } from "./network.ts";

export interface OkeFileStorageArgs {
  readonly context: OkeContext;
  readonly tenancy: string;
  readonly network: OkeNetwork;
  /** Zone of mount target and file systems. Nodes of all zones reach it. */
  readonly zone: string;
}

/**
 * The mount target. File systems and exports are made by the CSI driver, one for each claim: a claim's files then go
 * with the claim, and nobody mounts another's.
 */
export class OkeFileStorage extends pulumi.ComponentResource {
  readonly mountTarget: pulumi.Output<string>;
  readonly zone: string;

  constructor(name: string, args: OkeFileStorageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:cluster:OkeFileStorage", name, {}, opts);
    const { context, network } = args;
    this.zone = args.zone;
    const target = new MountTarget(
      name,
      {
        compartmentId: context.compartment,
        availabilityDomain: availabilityDomains(args.tenancy, { parent: this })(args.zone),
        subnetId: network.subnets.fileStorage,
        nsgIds: [network.groups.fileStorage],
        displayName: `${context.prefix}-files`,
        freeformTags: context.tags,
      },
      { parent: this },
    );
    this.mountTarget = target.id;
    this.registerOutputs({ mountTarget: this.mountTarget });
  }
}
