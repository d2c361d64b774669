/** The sizes table: every number that differs between environments, by environment. Topology is in platforms/. */
import type { Environment } from "../schema/settings.ts";
import { cancerSizes, type CancerSizes } from "./cancer.ts";
import { foundationSizes, type FoundationSizes } from "./foundation.ts";
import { loginSizes, type LoginSizes } from "./login.ts";
import { chestXraySizes, type ChestXraySizes } from "./chest-xray.ts";
import { clinicalTrialsSizes } from "./clinical-trials.ts";
import type { ClinicalTrialsSizes } from "./clinical-trials/sizes.ts";
import { codeReviewSizes } from "./code-review.ts";
import type { CodeReviewSizes } from "./code-review/sizes.ts";
import { healthDataPreviewSizes, healthDataSizes, type HealthDataSizes } from "./health-data.ts";
import { restoreDrillSizes, type RestoreDrillSizes } from "./restore-drill.ts";
import type { Resources } from "./types.ts";

export interface EnvironmentSizes {
  readonly mesh: {
    /**
     * The proxy in every meshed pod. Istio's defaults (100m/128Mi, limits 2/1Gi) on 60 pods would eat the clinical
     * seed's limit quota of 200 CPUs.
     */
    readonly sidecar: Resources;
  };
  readonly foundation: FoundationSizes;
  readonly login: LoginSizes;
  readonly restoreDrill: RestoreDrillSizes;
  readonly cancer: CancerSizes;
  readonly clinicalTrials: ClinicalTrialsSizes;
  readonly codeReview: CodeReviewSizes;
  readonly healthData: HealthDataSizes;
  /** A preview of a pull request, whatever the environment. */
  readonly healthDataPreview: HealthDataSizes;
  readonly chestXray: ChestXraySizes;
}

const sidecar: Record<Environment, Resources> = {
  dev: { requests: { cpu: "10m", memory: "40Mi" }, limits: { cpu: "250m", memory: "128Mi" } },
  staging: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "200m", memory: "256Mi" } },
  production: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "200m", memory: "256Mi" } },
};

/** The column of the table for one environment. */
export function sizesOf(environment: Environment): EnvironmentSizes {
  return {
    mesh: { sidecar: sidecar[environment] },
    foundation: foundationSizes[environment],
    login: loginSizes[environment],
    restoreDrill: restoreDrillSizes[environment],
    cancer: cancerSizes[environment],
    clinicalTrials: clinicalTrialsSizes[environment],
    codeReview: codeReviewSizes[environment],
    healthData: healthDataSizes[environment],
    healthDataPreview: healthDataPreviewSizes,
    chestXray: chestXraySizes[environment],
  };
}

export type { CancerSizes } from "./cancer.ts";
export type { LoginSizes } from "./login.ts";
export type { RestoreDrillSizes } from "./restore-drill.ts";
export type { ClinicalTrialsSizes } from "./clinical-trials/sizes.ts";
export type { HealthDataSizes } from "./health-data.ts";
export type { ChestXraySizes } from "./chest-xray.ts";
export type { CodeReviewSizes } from "./code-review/sizes.ts";
export type * from "./types.ts";
