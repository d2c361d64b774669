/** The rules that the API server asks by itself, of every change in the platforms' namespaces. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { namespaceExemptions } from "../../config/catalog/namespaces.ts";
import type { FoundationOptions } from "../../platforms/model/foundation.ts";
import { admissionPolicies, bindingSpec, objectName, policySpec } from "../../policy/admission/index.ts";
import { ownerLabels } from "../labels.ts";

/** A ValidatingAdmissionPolicy and its binding for each shape of object that the rules are about. */
export class Guardrails extends pulumi.ComponentResource {
  constructor(
    name: string,
    { environment, guardrails, exposed }: Pick<FoundationOptions, "environment" | "guardrails" | "exposed">,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("quint:foundation:Guardrails", name, {}, opts);
    const scope = { environment, exemptions: namespaceExemptions, exposed };
    for (const policy of admissionPolicies(scope)) {
      const child = `${name}-${policy.name}`;
      const metadata = { name: objectName(policy), labels: ownerLabels({ platform: "foundation" }) };
      const made = new k8s.admissionregistration.v1.ValidatingAdmissionPolicy(
        child,
        { metadata, spec: policySpec(policy) },
        { parent: this },
      );
      new k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
        child,
        { metadata, spec: bindingSpec(policy, scope, guardrails) },
        { parent: this, dependsOn: [made] },
      );
    }
    this.registerOutputs();
  }
}
