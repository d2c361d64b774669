/** Time zones by name: windows and schedules say theirs, so that none is guessed. */
import { z } from "zod";

/** Left out: UTC. */
export const timeZone = z
  .string()
  .refine(isTimeZone, "is not the name of a time zone")
  .default("Etc/UTC")
  .meta({ examples: ["Europe/Berlin"] });

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
