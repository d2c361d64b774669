/** The rules as the API server can ask them: ValidatingAdmissionPolicies, made from the same patterns and exemptions. */
import { objectPolicies } from "./objects.ts";
import { podPolicies } from "./pods.ts";
import type { AdmissionPolicy, AdmissionScope } from "./policy.ts";

/** The admission policies of a stack. */
export function admissionPolicies(scope: AdmissionScope): readonly AdmissionPolicy[] {
  return [...podPolicies(scope), ...objectPolicies(scope)];
}

export { bindingSpec, objectName, policySpec } from "./policy.ts";
export type { AdmissionPolicy, Enforcement } from "./policy.ts";
export { drillRestores } from "./restores.ts";
export { inCel } from "./table.ts";
