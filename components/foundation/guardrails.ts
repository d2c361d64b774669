/** The rules that the API server asks by itself, of every change in the platforms' namespaces. */
import * as pulumi from "@pulumi/pulumi";
import { namespaceExemptions } from "../../config/catalog/namespaces.ts";
import type { FoundationOptions } from "../../platforms/model/foundation.ts";
import { admissionPolicies } from "../../policy/admission/index.ts";
import { admissionPolicy } from "../admission-policy.ts";

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
      admissionPolicy(
        `${name}-${policy.name}`,
        { policy, platform: "foundation", enforcement: guardrails },
        { parent: this },
      );
    }
    this.registerOutputs();
  }
}
