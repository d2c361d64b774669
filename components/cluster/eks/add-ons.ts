/** EKS's own add-ons, in the versions that the settings pin. */
import { Addon, type AddonArgs } from "@pulumi/aws/eks/addon.js";
import * as pulumi from "@pulumi/pulumi";
import type { EksSettings } from "../../../config/schema/cluster-eks.ts";
import { managedPolicy, type AwsContext } from "../cloud/aws/context.ts";
import { PodRole } from "./pod-role.ts";

export interface EksAddOnsArgs {
  readonly context: AwsContext;
  /** Name of the cluster, once it is there. */
  readonly cluster: pulumi.Input<string>;
  readonly versions: EksSettings["addOns"];
}

type AddOnKey = keyof EksSettings["addOns"];

interface AddOn {
  readonly name: string;
  /** Whether nodes need it to become ready; the others need nodes. */
  readonly beforeNodes: boolean;
  readonly configuration?: object;
  /** The ServiceAccount that acts in the cloud, and the policy that AWS keeps for it. */
  readonly role?: { readonly serviceAccount: string; readonly policy: string };
}

const addOns: Readonly<Record<AddOnKey, AddOn>> = {
  podIdentityAgent: { name: "eks-pod-identity-agent", beforeNodes: true },
  kubeProxy: { name: "kube-proxy", beforeNodes: true },
  vpcCni: {
    name: "vpc-cni",
    beforeNodes: true,
    configuration: {
      enableNetworkPolicy: "true",
      // Prefixes of 16 addresses: without them a node runs out of addresses long before it runs out of memory.
      env: { ENABLE_PREFIX_DELEGATION: "true", WARM_PREFIX_TARGET: "1" },
    },
    role: { serviceAccount: "aws-node", policy: "AmazonEKS_CNI_Policy" },
  },
  coredns: { name: "coredns", beforeNodes: false, configuration: { replicaCount: 2 } },
  ebsCsiDriver: {
    name: "aws-ebs-csi-driver",
    beforeNodes: false,
    role: { serviceAccount: "ebs-csi-controller-sa", policy: "AmazonEBSCSIDriverPolicyV2" },
  },
  efsCsiDriver: {
    name: "aws-efs-csi-driver",
    beforeNodes: false,
    role: { serviceAccount: "efs-csi-controller-sa", policy: "service-role/AmazonEFSCSIDriverPolicy" },
  },
};

/** One half of the add-ons: those before the nodes, or those after. */
export class EksAddOns extends pulumi.ComponentResource {
  constructor(
    name: string,
    when: "before-nodes" | "after-nodes",
    args: EksAddOnsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("quint:cluster:EksAddOns", name, {}, opts);
    for (const [key, addOn] of Object.entries(addOns)) {
      if (addOn.beforeNodes === (when === "before-nodes")) {
        this.addOn(`${name}-${addOn.name}`, addOn, args.versions[key as AddOnKey], args);
      }
    }
    this.registerOutputs();
  }

  private addOn(name: string, addOn: AddOn, version: string, { context, cluster }: EksAddOnsArgs): void {
    const { configuration, role } = addOn;
    const podRole = role === undefined ? undefined : this.role(name, addOn.name, role, context);
    const args: AddonArgs = {
      clusterName: cluster,
      addonName: addOn.name,
      addonVersion: version,
      resolveConflictsOnCreate: "OVERWRITE",
      resolveConflictsOnUpdate: "OVERWRITE",
      ...(configuration === undefined ? {} : { configurationValues: JSON.stringify(configuration) }),
      ...(role === undefined || podRole === undefined
        ? {}
        : {
            podIdentityAssociations: [{ serviceAccount: role.serviceAccount, roleArn: podRole.arn }],
          }),
      tags: context.tags,
    };
    new Addon(name, args, { parent: this, dependsOn: [...(podRole?.rights ?? [])] });
  }

  private role(
    name: string,
    purpose: string,
    { serviceAccount, policy }: NonNullable<AddOn["role"]>,
    context: AwsContext,
  ): PodRole {
    return new PodRole(
      name,
      {
        context,
        purpose,
        serviceAccount: { namespace: "kube-system", name: serviceAccount },
        managedPolicies: [managedPolicy(context, policy)],
      },
      { parent: this },
    );
  }
}
