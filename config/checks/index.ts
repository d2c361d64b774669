/** Checks across keys: each setting is valid by itself, and together they could not work. */
import type { Finding } from "../issues.ts";
import type { StackSettings } from "../schema/settings.ts";
import { alertingChecks } from "./alerting.ts";
import { capacityChecks } from "./capacity.ts";
import type { Check } from "./check.ts";
import { ciChecks } from "./ci.ts";
import { clusterChecks } from "./cluster.ts";
import { deliveryChecks } from "./delivery.ts";
import { exposureChecks } from "./exposure.ts";
import { imageChecks } from "./images.ts";
import { platformChecks } from "./platforms.ts";
import { previewChecks } from "./previews.ts";
import { releaseChecks } from "./releases.ts";

const checks: readonly Check[] = [
  ...platformChecks,
  ...imageChecks,
  ...releaseChecks,
  ...clusterChecks,
  ...capacityChecks,
  ...exposureChecks,
  ...deliveryChecks,
  ...alertingChecks,
  ...previewChecks,
  ...ciChecks,
];

/** Everything that the checks find. A check whose keys are missing or wrong by themselves is left out. */
export function problemsAcross(stack: string, valid: Partial<StackSettings>): Finding[] {
  return checks.flatMap((check) => check.find({ ...valid, stack }));
}

/** The rules behind the checks, in words. */
export const rules: readonly string[] = checks.map(({ rule }) => rule);
