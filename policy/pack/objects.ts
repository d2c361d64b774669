/** Kubernetes objects among the resources of a stack, as the engine shows them to a policy pack. */
import type { PolicyResource } from "@pulumi/policy";
import { nameOf, type KubernetesObject } from "../object.ts";
import type { Context } from "../rule.ts";

export interface PackObjects {
  readonly objects: readonly KubernetesObject[];
  /** Keys of Secrets; their values are not looked at. Asking for keys that are unknown throws as below. */
  readonly secrets: Context["secrets"];
  /** URNs by `Kind namespace/name`. */
  readonly urns: ReadonlyMap<string, string>;
}

/**
 * The objects of a stack, without what the renders leave out as well: releases, what comes with the cluster, and what the
 * foundation says of a cloud that only a deployment makes known.
 *
 * @throws the runner's own error where another object has an unknown value: it then says that a preview cannot tell.
 */
export function objectsIn(resources: readonly PolicyResource[]): PackObjects {
  const objects: KubernetesObject[] = [];
  const secrets = new Map<string, PolicyResource>();
  const urns = new Map<string, string>();
  for (const resource of resources) {
    if (!isObject(resource) || isBelow(resource, "quint:cluster:")) continue;
    if (resource.type === "kubernetes:core/v1:Secret") {
      const { metadata } = resource.props as KubernetesObject;
      secrets.set(`${metadata.namespace ?? ""}/${metadata.name}`, resource);
      continue;
    }
    const object = known(resource);
    if (object === undefined) continue;
    objects.push(object);
    urns.set(nameOf(object), resource.urn);
  }
  const keysOf = ({ props }: PolicyResource) => {
    // What only the deployment can fill says which keys it has.
    const { annotations } = (props as KubernetesObject).metadata;
    const declared = annotations?.["quint.dev/derived-keys"]?.split(" ") ?? [];
    try {
      return [props.data, props.stringData].flatMap((values: object | undefined) =>
        Object.keys(values ?? {}),
      );
    } catch (error) {
      if (declared.length > 0) return declared;
      throw error;
    }
  };
  const keys = (name: string) => {
    const secret = secrets.get(name);
    return secret && keysOf(secret);
  };
  return { objects, secrets: { get: keys }, urns };
}

function isObject({ type, props }: PolicyResource): boolean {
  return type.startsWith("kubernetes:") && !type.startsWith("kubernetes:helm.sh/") && "kind" in props;
}

/** Whether a resource is a part of a component of a kind. */
function isBelow({ parent }: PolicyResource, prefix: string): boolean {
  return parent !== undefined && (parent.type.startsWith(prefix) || isBelow(parent, prefix));
}

/** A plain copy; reading an unknown value throws. */
function known(resource: PolicyResource): KubernetesObject | undefined {
  try {
    return JSON.parse(JSON.stringify(resource.props)) as KubernetesObject;
  } catch (error) {
    if (isBelow(resource, "quint:foundation:")) return undefined;
    throw error;
  }
}
