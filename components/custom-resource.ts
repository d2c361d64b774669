/** Custom resources, registered from typed models that validate themselves. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** A model of `@kubernetes-models/*`. */
interface CustomModel {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: object | undefined;
  validate(): void;
  toJSON(): unknown;
}

/**
 * Registers a custom resource.
 *
 * @throws where the model does not satisfy its CRD's schema, with the path that is wrong.
 */
export function customResource(
  name: string,
  model: CustomModel,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  model.validate();
  return new k8s.apiextensions.CustomResource(
    name,
    model.toJSON() as k8s.apiextensions.CustomResourceArgs,
    opts,
  );
}
