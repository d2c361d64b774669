/** Network security groups and their rules. */
import { DefaultSecurityList } from "@pulumi/oci/core/defaultSecurityList.js";
import { NetworkSecurityGroup } from "@pulumi/oci/core/networkSecurityGroup.js";
import {
  NetworkSecurityGroupSecurityRule,
  type NetworkSecurityGroupSecurityRuleArgs,
} from "@pulumi/oci/core/networkSecurityGroupSecurityRule.js";
import * as pulumi from "@pulumi/pulumi";
import type { OkeContext } from "./context.ts";
import { groups, securityRules, type Group, type Peer, type SecurityRule } from "./security-rules.ts";

export interface SecurityGroupsArgs {
  readonly context: OkeContext;
  readonly vcn: pulumi.Input<string>;
  readonly defaultSecurityList: pulumi.Input<string>;
  /** Name that Oracle's own services have in rules, e.g. `all-fra-services-in-oracle-services-network`. */
  readonly oracleServices: pulumi.Input<string>;
  readonly apiCidrs: readonly string[];
}

/** IANA numbers, as OCI wants them. */
const protocols = { tcp: "6", udp: "17", "path-discovery": "1", all: "all" } as const;

/** One group for each kind of machine, with named rules; what no rule names is refused. */
export class SecurityGroups extends pulumi.ComponentResource {
  /** OCID of each group. */
  readonly ids: Readonly<Record<Group, pulumi.Output<string>>>;

  constructor(name: string, args: SecurityGroupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:cluster:OkeSecurityGroups", name, {}, opts);
    const { context, vcn } = args;
    // A VCN's own list opens SSH to the world, and lists add to the rules of groups.
    new DefaultSecurityList(
      `${name}-default`,
      {
        manageDefaultResourceId: args.defaultSecurityList,
        displayName: `${context.prefix}-none`,
        ingressSecurityRules: [],
        egressSecurityRules: [],
        freeformTags: context.tags,
      },
      { parent: this },
    );
    const ids = groups.map((group) => {
      const made = new NetworkSecurityGroup(
        `${name}-${group}`,
        {
          compartmentId: context.compartment,
          vcnId: vcn,
          displayName: `${context.prefix}-${group}`,
          freeformTags: context.tags,
        },
        { parent: this },
      );
      return [group, made.id] as const;
    });
    this.ids = Object.fromEntries(ids) as Record<Group, pulumi.Output<string>>;
    for (const rule of securityRules(args.apiCidrs)) {
      new NetworkSecurityGroupSecurityRule(`${name}-${rule.name}`, this.ruleArgs(rule, args), {
        parent: this,
      });
    }
    this.registerOutputs({ ids: this.ids });
  }

  private ruleArgs(rule: SecurityRule, args: SecurityGroupsArgs): NetworkSecurityGroupSecurityRuleArgs {
    const { type, value } = this.peer(rule.peer, args);
    const range = rule.ports === undefined ? undefined : { min: rule.ports[0], max: rule.ports[1] };
    return {
      networkSecurityGroupId: this.ids[rule.group],
      direction: rule.direction,
      protocol: protocols[rule.protocol],
      description: rule.why,
      stateless: false,
      ...(rule.direction === "INGRESS"
        ? { source: value, sourceType: type }
        : { destination: value, destinationType: type }),
      ...(rule.protocol === "tcp" && range !== undefined
        ? { tcpOptions: { destinationPortRange: range } }
        : {}),
      ...(rule.protocol === "udp" && range !== undefined
        ? { udpOptions: { destinationPortRange: range } }
        : {}),
      // "Fragmentation needed": the one message that path discovery depends on.
      ...(rule.protocol === "path-discovery" ? { icmpOptions: { type: 3, code: 4 } } : {}),
    };
  }

  private peer(peer: Peer, args: SecurityGroupsArgs): { type: string; value: pulumi.Input<string> } {
    if (peer === "oracle-services") return { type: "SERVICE_CIDR_BLOCK", value: args.oracleServices };
    if (typeof peer === "object") return { type: "CIDR_BLOCK", value: peer.cidr };
    return { type: "NETWORK_SECURITY_GROUP", value: this.ids[peer] };
  }
}
