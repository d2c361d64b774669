/** A user for a machine: one kind of credential, one group, no console. */
import { Group } from "@pulumi/oci/identity/group.js";
import { User } from "@pulumi/oci/identity/user.js";
import { UserCapabilitiesManagement } from "@pulumi/oci/identity/userCapabilitiesManagement.js";
import { UserGroupMembership } from "@pulumi/oci/identity/userGroupMembership.js";
import * as pulumi from "@pulumi/pulumi";
import type { OkeContext } from "./context.ts";

export interface ServiceUserArgs {
  readonly context: OkeContext;
  readonly tenancy: string;
  /** What the user is for, in its name: `backups`. */
  readonly purpose: string;
  readonly description: string;
  /** The one kind of credential that it may have. */
  readonly credential: "customer-secret-key" | "auth-token";
}

/** A user that can do nothing but what policies give its group. */
export class ServiceUser extends pulumi.ComponentResource {
  /** OCID of the user, once it is in its group. */
  readonly id: pulumi.Output<string>;
  readonly userName: string;
  /** OCID of the group that policies name. */
  readonly group: pulumi.Output<string>;

  constructor(name: string, args: ServiceUserArgs, opts: pulumi.ComponentResourceOptions) {
    super("quint:cluster:OkeServiceUser", name, {}, opts);
    const { context, tenancy, description, credential } = args;
    this.userName = `${context.prefix}-${args.purpose}`;
    const named = { compartmentId: tenancy, name: this.userName, description, freeformTags: context.tags };
    const child = { parent: this };
    const user = new User(name, named, child);
    const group = new Group(name, named, child);
    new UserCapabilitiesManagement(
      name,
      {
        userId: user.id,
        canUseApiKeys: false,
        canUseAuthTokens: credential === "auth-token",
        canUseConsolePassword: false,
        canUseCustomerSecretKeys: credential === "customer-secret-key",
        canUseSmtpCredentials: false,
      },
      child,
    );
    const membership = new UserGroupMembership(name, { userId: user.id, groupId: group.id }, child);
    this.id = membership.userId;
    this.group = group.id;
    this.registerOutputs({ id: this.id, group: this.group });
  }
}
