/** What keeps a workload's pods there and rolls new versions out: a Deployment or a Rollout, behind one interface. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { WorkloadSpec } from "../../platforms/model/index.ts";
import type { Labels } from "../labels.ts";
import type { Incoming } from "./incoming.ts";
import { rollout } from "./rollout.ts";

export interface ReplicasArgs {
  readonly spec: WorkloadSpec;
  /** How new versions come in gradually; nothing where they roll out as a Deployment. */
  readonly incoming: Incoming | undefined;
  readonly metadata: k8s.types.input.meta.v1.ObjectMeta;
  readonly selector: Labels;
  readonly template: pulumi.Output<k8s.types.input.core.v1.PodTemplateSpec>;
}

export interface ReplicaController {
  readonly resource: pulumi.CustomResource;
  /** How an autoscaler names it. */
  readonly target: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name: pulumi.Input<string>;
  };
}

export function replicaController(
  name: string,
  { spec, incoming, metadata, selector, template }: ReplicasArgs,
  opts: pulumi.CustomResourceOptions,
): ReplicaController {
  const shared = {
    // Under an autoscaler the field is its own.
    ...(spec.size.autoscaling === undefined ? { replicas: spec.size.replicas } : {}),
    revisionHistoryLimit: 5,
    selector: { matchLabels: { ...selector } },
  };
  if (incoming !== undefined) {
    const resource = rollout(name, { metadata, workload: spec.name, spec: shared, template, incoming }, opts);
    return {
      resource,
      target: { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", name: resource.metadata.name },
    };
  }
  const resource = new k8s.apps.v1.Deployment(
    name,
    {
      metadata,
      spec: {
        ...shared,
        strategy:
          spec.strategy === "recreate"
            ? { type: "Recreate" }
            : { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: 0 } },
        template,
      },
    },
    opts,
  );
  return { resource, target: { apiVersion: "apps/v1", kind: "Deployment", name: resource.metadata.name } };
}
