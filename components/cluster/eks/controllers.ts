/** Controllers that AWS leaves to its customers: load balancers for Services, and the cluster autoscaler. */
import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../cloud/aws/context.ts";
import type { InsideOptions } from "../cloud/inside-options.ts";
import { insideRelease, type PinnedChart } from "../cloud/inside-release.ts";
import { serviceAccounts } from "../cloud/service-accounts.ts";

/** Charts of the controllers. The autoscaler's image is of the cluster's version of Kubernetes. */
export interface ControllerPins {
  readonly loadBalancer: PinnedChart;
  readonly autoscaler: PinnedChart;
}

export interface EksControllersArgs {
  readonly context: AwsContext;
  readonly vpc: pulumi.Input<string>;
  readonly pins: ControllerPins;
  /** Whether some pool may grow. */
  readonly autoscaling: boolean;
}

const loadBalancerResources = {
  requests: { cpu: "50m", memory: "128Mi" },
  limits: { cpu: "200m", memory: "256Mi" },
};
const autoscalerResources = {
  requests: { cpu: "100m", memory: "300Mi" },
  limits: { cpu: "500m", memory: "600Mi" },
};

/** They stay until the cluster goes: the last Service needs the one to be rid of its load balancer. */
export class EksControllers extends pulumi.ComponentResource {
  constructor(name: string, args: EksControllersArgs, opts: InsideOptions) {
    super("quint:cluster:EksControllers", name, {}, opts);
    const { context, pins } = args;
    const child = { parent: this, deletedWith: opts.deletedWith };
    insideRelease(
      `${name}-load-balancer`,
      {
        release: "aws-load-balancer-controller",
        chart: pins.loadBalancer,
        values: {
          clusterName: context.prefix,
          region: context.region,
          // Pods cannot ask the node for it.
          vpcId: args.vpc,
          replicaCount: 2,
          resources: loadBalancerResources,
          podDisruptionBudget: { maxUnavailable: 1 },
          serviceAccount: { name: serviceAccounts["load-balancer-controller"].name },
          // A new certificate at each upgrade would be one that the API server does not know yet.
          keepTLSSecret: true,
          // Services of the class that the gateway names: others are none of its business.
          enableServiceMutatorWebhook: false,
          createIngressClassResource: false,
          controllerConfig: {
            featureGates: { ServiceTypeLoadBalancerOnly: true, NLBGatewayAPI: false, ALBGatewayAPI: false },
          },
          // Its role has no rights for these.
          enableShield: false,
          enableWaf: false,
          enableWafv2: false,
        },
      },
      child,
    );
    if (args.autoscaling) {
      insideRelease(
        `${name}-autoscaler`,
        {
          release: "cluster-autoscaler",
          chart: pins.autoscaler,
          values: {
            cloudProvider: "aws",
            awsRegion: context.region,
            autoDiscovery: { clusterName: context.prefix },
            fullnameOverride: "cluster-autoscaler",
            replicaCount: 2,
            resources: autoscalerResources,
            rbac: { serviceAccount: { name: serviceAccounts["cluster-autoscaler"].name } },
            extraArgs: { "balance-similar-node-groups": true, "skip-nodes-with-system-pods": false },
          },
        },
        child,
      );
    }
    this.registerOutputs();
  }
}
