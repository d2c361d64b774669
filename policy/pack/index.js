/**
 * The rules as a CrossGuard pack, put together with what Quint knows of its namespaces and its mesh. JavaScript, and
 * short: the pack's runner reads a TypeScript entry with a compiler of its own, which refuses imports that end in `.ts`.
 */
import { PolicyPack } from "@pulumi/policy";
import { namespaceExemptions } from "../../config/catalog/namespaces.ts";
import { sizesOf } from "../../config/sizes/index.ts";
import { packPolicies } from "./policies.ts";

new PolicyPack("quint", {
  enforcementLevel: "mandatory",
  policies: packPolicies({
    exemptions: namespaceExemptions,
    sidecarOf: (environment) => sizesOf(environment).mesh.sidecar,
  }),
});
