/** The VCN: subnets over all availability domains, gateways, and the security groups. */
import { getServicesOutput } from "@pulumi/oci/core/getServices.js";
import { InternetGateway } from "@pulumi/oci/core/internetGateway.js";
import { NatGateway } from "@pulumi/oci/core/natGateway.js";
import { RouteTable, type RouteTableArgs } from "@pulumi/oci/core/routeTable.js";
import { ServiceGateway } from "@pulumi/oci/core/serviceGateway.js";
import { Subnet } from "@pulumi/oci/core/subnet.js";
import { Vcn } from "@pulumi/oci/core/vcn.js";
import * as pulumi from "@pulumi/pulumi";
import { okeSubnetRanges, type SubnetName } from "./address-plan.ts";
import type { OkeContext } from "./context.ts";
import { SecurityGroups } from "./security-groups.ts";
import type { Group } from "./security-rules.ts";

export interface OkeNetworkArgs {
  readonly context: OkeContext;
  readonly cidr: string;
  /** Whether the API server gets a public address. */
  readonly publicApi: boolean;
  readonly apiCidrs: readonly string[];
}

/** DNS labels: at most 15 letters and digits. */
const dnsLabels: Readonly<Record<SubnetName, string>> = {
  pods: "pods",
  nodes: "nodes",
  loadBalancers: "balancers",
  fileStorage: "files",
  api: "api",
};

/** The network of an OKE cluster. Only load balancers, and a public API server, have public addresses. */
export class OkeNetwork extends pulumi.ComponentResource {
  readonly vcn: pulumi.Output<string>;
  /** OCID of each subnet. */
  readonly subnets: Readonly<Record<SubnetName, pulumi.Output<string>>>;
  /** Addresses of each subnet. */
  readonly ranges: Readonly<Record<SubnetName, string>>;
  /** OCID of each security group. */
  readonly groups: Readonly<Record<Group, pulumi.Output<string>>>;

  constructor(name: string, args: OkeNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:cluster:OkeNetwork", name, {}, opts);
    const { context } = args;
    const child = { parent: this };
    const vcn = new Vcn(
      `${name}-vcn`,
      { ...this.named(context, "vcn"), cidrBlocks: [args.cidr], dnsLabel: "quint" },
      child,
    );
    this.vcn = vcn.id;
    this.ranges = okeSubnetRanges(args.cidr);

    const services = getServicesOutput(
      { filters: [{ name: "name", values: ["All .* Services In Oracle Services Network"], regex: true }] },
      child,
    ).apply(({ services: [all] }) => {
      if (all === undefined) throw new Error(`${context.region} has no service gateway to Oracle's services`);
      return all;
    });
    const internet = new InternetGateway(
      `${name}-internet`,
      { ...this.named(context, "internet"), vcnId: vcn.id, enabled: true },
      child,
    );
    const nat = new NatGateway(`${name}-nat`, { ...this.named(context, "nat"), vcnId: vcn.id }, child);
    const oracle = new ServiceGateway(
      `${name}-services`,
      { ...this.named(context, "services"), vcnId: vcn.id, services: [{ serviceId: services.id }] },
      child,
    );

    const everywhere = { destination: "0.0.0.0/0", destinationType: "CIDR_BLOCK" };
    const publicRoutes = this.routes(`${name}-public`, context, [
      { ...everywhere, networkEntityId: internet.id, description: "internet gateway" },
    ]);
    const privateRoutes = this.routes(`${name}-private`, context, [
      { ...everywhere, networkEntityId: nat.id, description: "NAT gateway" },
      {
        destination: services.cidrBlock,
        destinationType: "SERVICE_CIDR_BLOCK",
        networkEntityId: oracle.id,
        description: "Oracle's services, not over the internet",
      },
    ]);

    const isPublic: Readonly<Record<SubnetName, boolean>> = {
      pods: false,
      nodes: false,
      loadBalancers: true,
      fileStorage: false,
      api: args.publicApi,
    };
    const subnets = (Object.keys(dnsLabels) as SubnetName[]).map((subnet) => {
      const made = new Subnet(
        `${name}-${subnet}`,
        {
          ...this.named(context, subnet),
          vcnId: vcn.id,
          cidrBlock: this.ranges[subnet],
          dnsLabel: dnsLabels[subnet],
          prohibitPublicIpOnVnic: !isPublic[subnet],
          routeTableId: isPublic[subnet] ? publicRoutes : privateRoutes,
        },
        child,
      );
      return [subnet, made.id] as const;
    });
    this.subnets = Object.fromEntries(subnets) as Record<SubnetName, pulumi.Output<string>>;
    this.groups = new SecurityGroups(
      `${name}-groups`,
      {
        context,
        vcn: vcn.id,
        defaultSecurityList: vcn.defaultSecurityListId,
        oracleServices: services.cidrBlock,
        apiCidrs: args.apiCidrs,
      },
      child,
    ).ids;
    this.registerOutputs({ vcn: this.vcn, subnets: this.subnets, groups: this.groups });
  }

  private named({ compartment, prefix, tags }: OkeContext, what: string) {
    return { compartmentId: compartment, displayName: `${prefix}-${what}`, freeformTags: tags };
  }

  private routes(name: string, context: OkeContext, routeRules: NonNullable<RouteTableArgs["routeRules"]>) {
    const what = name.slice(name.lastIndexOf("-") + 1);
    return new RouteTable(
      name,
      { ...this.named(context, what), vcnId: this.vcn, routeRules },
      { parent: this },
    ).id;
  }
}
