/** Sizes of the clinical-trials platform. Production carries the seed's figures (seed 000). */
import type { Environment } from "../schema/settings.ts";
import { development } from "./clinical-trials/development.ts";
import { production } from "./clinical-trials/production.ts";
import type { ClinicalTrialsSizes } from "./clinical-trials/sizes.ts";
import { staging } from "./clinical-trials/staging.ts";

export const clinicalTrialsSizes: Record<Environment, ClinicalTrialsSizes> = {
  dev: development,
  staging,
  production,
};
