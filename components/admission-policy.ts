/** An admission policy, registered: what is asked, and the binding that puts it to work. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { namespaceExemptions } from "../config/catalog/namespaces.ts";
import {
  bindingSpec,
  objectName,
  policySpec,
  type AdmissionPolicy,
  type Enforcement,
} from "../policy/admission/index.ts";
import { ownerLabels } from "./labels.ts";

export interface AdmissionArgs {
  readonly policy: AdmissionPolicy;
  /** Whose it is. */
  readonly platform: string;
  readonly enforcement: Enforcement;
}

/** @returns the binding: what depends on it comes once the policy is at work. */
export function admissionPolicy(
  name: string,
  { policy, platform, enforcement }: AdmissionArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const metadata = { name: objectName(policy), labels: ownerLabels({ platform }) };
  const made = new k8s.admissionregistration.v1.ValidatingAdmissionPolicy(
    name,
    { metadata, spec: policySpec(policy) },
    opts,
  );
  return new k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
    name,
    { metadata, spec: bindingSpec(policy, { exemptions: namespaceExemptions }, enforcement) },
    { ...opts, dependsOn: [made] },
  );
}
