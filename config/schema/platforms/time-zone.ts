/** Time zones by name: windows and schedules say theirs, so that none is guessed. */
import { z } from "zod";

/** Left out: UTC. */
export const timeZone = z
  .string()
  .refine(isTimeZone, "is not the name of a time zone, capitals as in `Europe/Berlin`")
  .default("Etc/UTC")
  .meta({ examples: ["Europe/Berlin"] });

/** Kubernetes and Argo CD read names as they are written; here `europe/berlin` and `+01:00` would do, too. */
function isTimeZone(name: string): boolean {
  try {
    const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions();
    const sameLetters = timeZone.toLowerCase() === name.toLowerCase();
    return /^[A-Z]/.test(name) && (!sameLetters || timeZone === name);
  } catch {
    return false;
  }
}
