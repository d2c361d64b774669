/** The rendered objects of the clinical-trials platform, by stack. */
import type { KubernetesObject } from "../../../../policy/index.ts";
import type { Environment } from "../../../../config/index.ts";
import { at, named } from "../../../support/objects.ts";
import { objectsOf } from "../../../support/stacks.ts";

/** Objects of a stack. On simulated nodes, so that what charts and operators make is among them. */
export async function objectsIn(stack: Environment): Promise<readonly KubernetesObject[]> {
  return (await objectsOf(stack, "simulated")).objects;
}

/** Those in the platform's namespace (seed 000, "Kustomize Multi-Environment", names it). */
export async function inNamespace(stack: Environment): Promise<readonly KubernetesObject[]> {
  return (await objectsIn(stack)).filter(({ metadata }) => metadata.namespace === `clinical-mlops-${stack}`);
}

/** Names of the objects of a kind, in the order of the alphabet. */
export function namesOf(objects: readonly KubernetesObject[], kind: string): string[] {
  return objects
    .filter((object) => object.kind === kind)
    .map(({ metadata }) => metadata.name)
    .sort();
}

/** What stands at a path of the only object of a kind and name. */
export function figure(
  objects: readonly KubernetesObject[],
  kind: string,
  name: string,
  path: string,
  ...keys: readonly string[]
): unknown {
  return at(named(objects, kind, name), path, ...keys);
}
