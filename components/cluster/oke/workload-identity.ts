/** What ServiceAccounts of the cluster may do in the compartment. */
import { Policy } from "@pulumi/oci/identity/policy.js";
import * as pulumi from "@pulumi/pulumi";
import type { WorkloadIdentity } from "../cloud/facts.ts";
import { serviceAccounts } from "../cloud/service-accounts.ts";
import type { OkeContext } from "./context.ts";
import { statement } from "./policy.ts";

export interface OkeWorkloadIdentityArgs {
  readonly context: OkeContext;
  readonly cluster: pulumi.Input<string>;
}

/** Rights by ServiceAccount: no key is stored. The autoscaler's are with the autoscaler. */
export class OkeWorkloadIdentity extends pulumi.ComponentResource {
  readonly facts: WorkloadIdentity;

  constructor(name: string, args: OkeWorkloadIdentityArgs, opts: pulumi.ComponentResourceOptions) {
    super("quint:cluster:OkeWorkloadIdentity", name, {}, opts);
    const { context } = args;
    const secrets = serviceAccounts["external-secrets"];
    new Policy(
      name,
      {
        compartmentId: context.compartment,
        name: `${context.prefix}-workloads`,
        description: `What ${context.prefix} itself and its External Secrets may do`,
        statements: pulumi.output(args.cluster).apply((cluster) => [
          statement(context.compartment, {
            principal: {
              workload: { cluster, namespace: secrets.namespace, serviceAccount: secrets.name },
            },
            may: "read secret-bundles",
          }),
          // OKE's controller puts load balancers into their group.
          statement(context.compartment, {
            principal: { resource: "cluster", id: cluster },
            may: "use network-security-groups",
          }),
        ]),
        freeformTags: context.tags,
      },
      { parent: this },
    );
    this.facts = { kind: "oke", tokenPorts: [12250] };
    this.registerOutputs();
  }
}
