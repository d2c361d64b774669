/** The VPC: in each zone a private subnet for nodes and pods, a public one for load balancers, one for the control plane. */
import { DefaultSecurityGroup } from "@pulumi/aws/ec2/defaultSecurityGroup.js";
import { Eip } from "@pulumi/aws/ec2/eip.js";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway.js";
import { NatGateway } from "@pulumi/aws/ec2/natGateway.js";
import { Route } from "@pulumi/aws/ec2/route.js";
import { RouteTable } from "@pulumi/aws/ec2/routeTable.js";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation.js";
import { Subnet } from "@pulumi/aws/ec2/subnet.js";
import { Vpc } from "@pulumi/aws/ec2/vpc.js";
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint.js";
import * as pulumi from "@pulumi/pulumi";
import { letterOf, zoneRanges, type ZoneRanges } from "./address-plan.ts";
import { named, type AwsContext } from "../cloud/aws/context.ts";

export interface EksNetworkArgs {
  readonly context: AwsContext;
  readonly cidr: string;
  readonly zones: readonly string[];
}

type Purpose = keyof ZoneRanges;

const everywhere = "0.0.0.0/0";

/** How the load balancer controller finds subnets. */
const roleTags: Readonly<Record<Purpose, Readonly<Record<string, string>>>> = {
  private: { "kubernetes.io/role/internal-elb": "1" },
  public: { "kubernetes.io/role/elb": "1" },
  control: {},
};

/** The network of an EKS cluster. Nothing gets a public address by itself; each zone has its own way out. */
export class EksNetwork extends pulumi.ComponentResource {
  readonly vpc: pulumi.Output<string>;
  /** Id of each zone's subnets. */
  readonly subnets: Readonly<Record<Purpose, Readonly<Record<string, pulumi.Output<string>>>>>;
  /** Addresses of the control plane's network interfaces. */
  readonly controlRanges: readonly string[];

  constructor(name: string, args: EksNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:cluster:EksNetwork", name, {}, opts);
    const { context, cidr, zones } = args;
    const child = { parent: this };
    const vpc = new Vpc(
      `${name}-vpc`,
      {
        cidrBlock: cidr,
        enableDnsSupport: true,
        enableDnsHostnames: true,
        tags: named(context, "vpc"),
      },
      child,
    );
    this.vpc = vpc.id;
    // A VPC's own group lets its members talk to each other; nothing here is a member.
    new DefaultSecurityGroup(
      `${name}-default`,
      { vpcId: vpc.id, ingress: [], egress: [], tags: named(context, "none") },
      child,
    );
    const internet = new InternetGateway(
      `${name}-internet`,
      { vpcId: vpc.id, tags: named(context, "internet") },
      child,
    );
    const publicTable = this.table(`${name}-public`, context, "public");
    new Route(
      `${name}-public`,
      { routeTableId: publicTable, destinationCidrBlock: everywhere, gatewayId: internet.id },
      child,
    );

    const subnets: Record<Purpose, Record<string, pulumi.Output<string>>> = {
      private: {},
      public: {},
      control: {},
    };
    const privateTables = zones.map((zone) => {
      const letter = letterOf(zone);
      const ranges = zoneRanges(cidr, zone);
      const subnet = (purpose: Purpose): pulumi.Output<string> =>
        new Subnet(
          `${name}-${purpose}-${letter}`,
          {
            vpcId: vpc.id,
            availabilityZone: zone,
            cidrBlock: ranges[purpose],
            mapPublicIpOnLaunch: false,
            tags: { ...named(context, `${purpose}-${letter}`), ...roleTags[purpose] },
          },
          child,
        ).id;
      for (const purpose of ["private", "public", "control"] as const) {
        subnets[purpose][zone] = subnet(purpose);
      }
      const table = this.table(`${name}-private-${letter}`, context, `private-${letter}`);
      const nat = this.nat(`${name}-nat-${letter}`, context, letter, subnets.public[zone], [internet]);
      new Route(
        `${name}-private-${letter}`,
        { routeTableId: table, destinationCidrBlock: everywhere, natGatewayId: nat },
        child,
      );
      const routes = { private: table, public: publicTable, control: table };
      for (const purpose of ["private", "public", "control"] as const) {
        const subnetId = subnets[purpose][zone];
        if (subnetId === undefined) continue;
        new RouteTableAssociation(
          `${name}-${purpose}-${letter}`,
          { subnetId, routeTableId: routes[purpose] },
          child,
        );
      }
      return table;
    });
    // Backups and image layers go to S3 without passing, and paying, the NAT gateways.
    new VpcEndpoint(
      `${name}-s3`,
      {
        vpcId: vpc.id,
        vpcEndpointType: "Gateway",
        serviceName: `com.amazonaws.${context.region}.s3`,
        routeTableIds: privateTables,
        tags: named(context, "s3"),
      },
      child,
    );
    this.subnets = subnets;
    this.controlRanges = zones.map((zone) => zoneRanges(cidr, zone).control);
    this.registerOutputs({ vpc: this.vpc, subnets: this.subnets });
  }

  private table(name: string, context: AwsContext, what: string): pulumi.Output<string> {
    return new RouteTable(name, { vpcId: this.vpc, tags: named(context, what) }, { parent: this }).id;
  }

  /** A way out that does not depend on another zone. */
  private nat(
    name: string,
    context: AwsContext,
    letter: string,
    subnetId: pulumi.Output<string> | undefined,
    dependsOn: pulumi.Resource[],
  ): pulumi.Output<string> {
    const tags = named(context, `nat-${letter}`);
    const address = new Eip(name, { domain: "vpc", tags }, { parent: this, dependsOn });
    return new NatGateway(
      name,
      { allocationId: address.id, ...(subnetId === undefined ? {} : { subnetId }), tags },
      { parent: this, dependsOn },
    ).id;
  }
}
