/** A public DNS zone. */
import { Zone } from "@pulumi/oci/dns/zone.js";
import * as pulumi from "@pulumi/pulumi";
import type { OkeContext } from "./context.ts";

/** A zone in OCI's DNS. The parent zone has to delegate to its name servers by hand. */
export class DnsZone extends pulumi.ComponentResource {
  readonly zone: string;
  readonly nameservers: pulumi.Output<string[]>;

  constructor(
    name: string,
    args: { readonly context: OkeContext; readonly zone: string },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("quint:cluster:OkeDnsZone", name, {}, opts);
    this.zone = args.zone;
    const made = new Zone(
      name,
      {
        compartmentId: args.context.compartment,
        name: args.zone,
        zoneType: "PRIMARY",
        freeformTags: args.context.tags,
      },
      { parent: this },
    );
    this.nameservers = made.nameservers.apply((servers) => servers.map(({ hostname }) => hostname));
    this.registerOutputs({ nameservers: this.nameservers });
  }
}
