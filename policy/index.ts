/** The rules that hold everywhere. Tests run them over every stack's objects; the CrossGuard pack over every update. */
import { accessRules } from "./rules/access.ts";
import { addressRules } from "./rules/addresses.ts";
import { availabilityRules } from "./rules/availability.ts";
import { hostRules } from "./rules/hosts.ts";
import { meshRules } from "./rules/mesh.ts";
import { namespaceRules } from "./rules/namespaces.ts";
import { podRules } from "./rules/pods.ts";
import { referenceRules } from "./rules/references.ts";
import { rolloutRules } from "./rules/rollouts.ts";
import type { KubernetesObject } from "./object.ts";
import type { Context, Rule, Violation } from "./rule.ts";

export const rules: readonly Rule[] = [
  ...podRules,
  ...referenceRules,
  ...availabilityRules,
  ...namespaceRules,
  ...accessRules,
  ...hostRules,
  ...addressRules,
  ...meshRules,
  ...rolloutRules,
];

/** Every violation of every rule, with the rule's name. */
export function violations(
  objects: readonly KubernetesObject[],
  context: Context,
): readonly (Violation & { readonly rule: string })[] {
  return rules.flatMap((rule) =>
    rule.check(objects, context).map((violation) => ({ rule: rule.name, ...violation })),
  );
}

export type { KubernetesObject, Metadata } from "./object.ts";
export type { Context } from "./rule.ts";
