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

/** Why an autoscaler has no room between its bounds. */
const holdsAnnotation = "quint.dev/holds";

export function autoscaler(name: string, args: AutoscalerArgs, opts: pulumi.CustomResourceOptions) {
  const { autoscaling, container, target } = args;
  return new k8s.autoscaling.v2.HorizontalPodAutoscaler(
    name,
    {
      metadata:
        autoscaling.holds === undefined
          ? args.metadata
          : { ...args.metadata, annotations: { [holdsAnnotation]: autoscaling.holds } },
      spec: {
        scaleTargetRef: { ...target },
        minReplicas: autoscaling.min,
        maxReplicas: autoscaling.max,
        ...scaling(container, autoscaling),
      },
    },
    opts,
  );
}

/** What an autoscaler looks at, and how fast it acts: for one of ours, and for those that a chart makes. */
export function scaling(container: string, { cpuPercent, memoryPercent, scaleUp, scaleDown }: Autoscaling) {
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
  return {
    metrics: [...use("cpu", cpuPercent), ...use("memory", memoryPercent)],
    behavior: {
      ...(scaleUp === undefined ? {} : { scaleUp: behavior(scaleUp) }),
      ...(scaleDown === undefined ? {} : { scaleDown: behavior(scaleDown) }),
    },
  };
}

function behavior(spec: ScalingBehavior) {
  return { ...spec, policies: spec.policies.map((policy) => ({ ...policy })) };
}
