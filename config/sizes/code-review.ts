/** Sizes of the code-review platform. Production carries the seed's figures (seed 002). */
import type { Environment } from "../schema/settings.ts";
import { development } from "./code-review/development.ts";
import { production } from "./code-review/production.ts";
import type { CodeReviewSizes } from "./code-review/sizes.ts";
import { staging } from "./code-review/staging.ts";

export const codeReviewSizes: Record<Environment, CodeReviewSizes> = {
  dev: development,
  staging,
  production,
};
