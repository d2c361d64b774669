/** Pulling images from OCI's registry: a user that may do just that, and its credentials as a pull secret. */
import { AuthToken } from "@pulumi/oci/identity/authToken.js";
import { Policy } from "@pulumi/oci/identity/policy.js";
import * as pulumi from "@pulumi/pulumi";
import type { PullSecret } from "../cloud/facts.ts";
import type { OkeContext } from "./context.ts";
import { statement } from "./policy.ts";
import { ServiceUser } from "./service-user.ts";

export interface RegistryAccessArgs {
  readonly context: OkeContext;
  readonly tenancy: string;
  /** Namespace of the tenancy, which is part of the user's name in the registry. */
  readonly namespace: string;
}

/** Credentials for images in the compartment's repositories. Nodes have no such right of their own. */
export class RegistryAccess extends pulumi.ComponentResource {
  readonly pullSecret: PullSecret;

  constructor(name: string, args: RegistryAccessArgs, opts: pulumi.ComponentResourceOptions) {
    super("quint:cluster:OkeRegistryAccess", name, {}, opts);
    const { context, namespace } = args;
    const user = new ServiceUser(
      name,
      {
        context,
        tenancy: args.tenancy,
        purpose: "image-pulls",
        description: `Pulls images for ${context.prefix}`,
        credential: "auth-token",
      },
      { parent: this },
    );
    new Policy(
      name,
      {
        compartmentId: context.compartment,
        name: user.userName,
        description: `Image pulls of ${context.prefix}`,
        statements: user.group.apply((group) => [
          statement(context.compartment, { principal: { group }, may: "read repos" }),
        ]),
        freeformTags: context.tags,
      },
      { parent: this },
    );
    const { token } = new AuthToken(
      name,
      { userId: user.id, description: user.userName },
      { parent: this, additionalSecretOutputs: ["token"] },
    );
    const registry = `ocir.${context.region}.oci.oraclecloud.com`;
    this.pullSecret = {
      name: "registry",
      registry,
      dockerConfigJson: pulumi.secret(token).apply((password) => {
        const login = `${namespace}/${user.userName}`;
        const auth = Buffer.from(`${login}:${password}`, "utf8").toString("base64");
        return JSON.stringify({ auths: { [registry]: { username: login, password, auth } } });
      }),
    };
    this.registerOutputs({ registry });
  }
}
