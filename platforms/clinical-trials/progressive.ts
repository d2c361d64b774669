/** How new versions of the gateway and of model serving come in (seed 000, "Argo Rollouts"). */
import type { AnalysisName, CanarySpec, ProgressiveSpec } from "../model/index.ts";
import type { ClinicalStack } from "./stack.ts";

/** "Analysis Templates (4 templates)". */
const analyses: readonly AnalysisName[] = ["success-rate", "latency", "availability", "error-rate"];

/** Long enough for five measurements, a minute apart, at each step and on each side of a switch. */
const pauseSeconds = 300;

function canary(...weights: readonly number[]): CanarySpec {
  return {
    kind: "canary",
    // At 100 % there is nothing left to wait for.
    steps: weights.map((weight) => ({ weight, pauseSeconds: weight === 100 ? 0 : pauseSeconds })),
    analyses,
  };
}

/** "Canary Deployment": 10, 50, 100 %. */
export const gatewayCanary = canary(10, 50, 100);

/** "Blue-Green Deployment", switched by hand; or the canary that the seed's last section tested: 20, 50, 80, 100 %. */
export function modelServingStrategy({ clinical }: ClinicalStack): ProgressiveSpec {
  return clinical.modelServing === "canary"
    ? canary(20, 50, 80, 100)
    : { kind: "blue-green", analyses, analysisSeconds: pauseSeconds, promotion: "manual" };
}
