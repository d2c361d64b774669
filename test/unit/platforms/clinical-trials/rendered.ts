/** The rendered objects of the clinical-trials platform, by stack. */
import type { KubernetesObject } from "../../../../policy/index.ts";
import type { Environment } from "../../../../config/index.ts";
import { objectsIn, within } from "../../../support/figures.ts";

export { figure, namesOf, objectsIn } from "../../../support/figures.ts";

/** What runs a service: those of "Argo Rollouts" (seed 000) take new versions gradually, except in dev. */
export function controllerOf(stack: Environment, service: string): "Rollout" | "Deployment" {
  return stack !== "dev" && ["clinical-gateway", "model-serving"].includes(service)
    ? "Rollout"
    : "Deployment";
}

/** Those in the platform's namespace (seed 000, "Kustomize Multi-Environment", names it). */
export async function inNamespace(stack: Environment): Promise<readonly KubernetesObject[]> {
  return within(await objectsIn(stack), `clinical-mlops-${stack}`);
}
