/** What a stack may say about each platform. A platform that is not named is not deployed. */
import { z } from "zod";
import type { Frozen } from "./frozen.ts";
import { cancer } from "./platforms/cancer.ts";
import { chestXray } from "./platforms/chest-xray.ts";
import { clinicalTrials } from "./platforms/clinical-trials.ts";
import { codeReview } from "./platforms/code-review.ts";
import { healthData } from "./platforms/health-data.ts";

export const platforms = z
  .strictObject({
    cancer: cancer.optional(),
    "clinical-trials": clinicalTrials.optional(),
    "code-review": codeReview.optional(),
    "health-data": healthData.optional(),
    "chest-xray": chestXray.optional(),
  })
  .describe("The platforms to deploy, each with its settings; one that is not named is not deployed.")
  .meta({ examples: [{ cancer: { expose: "gateway" } }] });

export type PlatformsSettings = Frozen<z.infer<typeof platforms>>;
/** The platforms Quint knows, in the order they are deployed. */
export const platformNames = platforms.keyof().options;
export type PlatformName = (typeof platformNames)[number];

export type { ChestXrayColor, ChestXraySettings } from "./platforms/chest-xray.ts";
export type { CancerSettings } from "./platforms/cancer.ts";
export type {
  ClinicalTrialsJob,
  ClinicalTrialsSettings,
  ClinicalTrialsWorkload,
} from "./platforms/clinical-trials.ts";
export type { WorkloadOverride } from "./platforms/workload-override.ts";

export { codeReviewCore, codeReviewServices } from "./platforms/code-review.ts";
export type { CodeReviewService, CodeReviewSettings, CodeReviewVersion } from "./platforms/code-review.ts";
export { healthDataApplications } from "./platforms/health-data.ts";
export type { HealthDataSettings, HealthDataWorkload } from "./platforms/health-data.ts";
