/** The autoscaler of a workload (`autoscaling/v2`). */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Autoscaling, ScalingBehavior } from "../../platforms/model/index.ts";

export interface AutoscalerArgs {
  readonly metadata: k8s.types.input.meta.v1.ObjectMeta;
  readonly target: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name: pulumi.Input<string>;
  };
  /** Container whose use counts: the sidecar's does not. */
  readonly container: string;
  readonly autoscaling: Autoscaling;
}

export function autoscaler(name: string, args: AutoscalerArgs, opts: pulumi.CustomResourceOptions) {
  const { autoscaling, container, target } = args;
  const use = (resource: "cpu" | "memory", percent: number | undefined) =>
    percent === undefined
      ? []
      : [
          {
            type: "ContainerResource",
            containerResource: {
              container,
              name: resource,
              target: { type: "Utilization", averageUtilization: percent },
            },
          },
        ];
  return new k8s.autoscaling.v2.HorizontalPodAutoscaler(
    name,
    {
      metadata: args.metadata,
      spec: {
        scaleTargetRef: { ...target },
        minReplicas: autoscaling.min,
        maxReplicas: autoscaling.max,
        metrics: [...use("cpu", autoscaling.cpuPercent), ...use("memory", autoscaling.memoryPercent)],
        behavior: {
          ...(autoscaling.scaleUp === undefined ? {} : { scaleUp: behavior(autoscaling.scaleUp) }),
          ...(autoscaling.scaleDown === undefined ? {} : { scaleDown: behavior(autoscaling.scaleDown) }),
        },
      },
    },
    opts,
  );
}

function behavior(spec: ScalingBehavior) {
  return { ...spec, policies: spec.policies.map((policy) => ({ ...policy })) };
}
