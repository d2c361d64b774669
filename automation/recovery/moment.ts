/** The moment that a restore brings back: a point in time, or the latest that is archived. */
import { z } from "zod";
import { badInput } from "../exit.ts";

/** In place of a time: all that there is. */
export const latest = "latest";

export interface Moment {
  /** Point in time. */
  readonly at: Date;
  /** All that archives have is wanted: `at` is when it was first asked for, and only names what is made. */
  readonly latest?: true;
}

/** Nothing else: `Date` takes 11/10 for the 10th of November, and the 30th of February for the 2nd of March. */
const withZone = z.iso.datetime({ offset: true });

/**
 * What --at says, in one form.
 * @throws CommandError (bad input) for a time without its zone, and for one that has not been.
 */
export function pointInTime(text: string, now: Date): string {
  if (text === latest) return latest;
  if (!withZone.safeParse(text).success)
    throw badInput(`--at ${text} is no time with its zone.`, `Such as 2026-11-20T10:15:00Z; or ${latest}.`);
  const time = new Date(text);
  if (time.getTime() > now.getTime())
    throw badInput(`--at ${text} lies in the future.`, `Name a time that has been, or ${latest}.`);
  return time.toISOString();
}

/** Of a restore: one that goes on has the moment of its first run. */
export function momentOf({ at, begun }: { readonly at: string; readonly begun: string }): Moment {
  return at === latest ? { at: new Date(begun), latest: true } : { at: new Date(at) };
}

/** In a sentence. */
export function momentWords({ at, latest: all }: Moment): string {
  return all === true ? "the latest that is archived" : at.toISOString();
}
