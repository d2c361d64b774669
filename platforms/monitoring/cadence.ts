/** How old the result of something that runs on a schedule may be. */
import { Cron } from "croner";

/** A run may be late by a third of its interval: 8 h where it is every 6 h, 80 min where it is every hour. */
const patience = 4 / 3;

/** Where no runs are compared: a Monday in a year without a leap day. */
const begin = new Date("2029-01-01T00:00:00Z");

const known = new Map<string, number>();

/**
 * Seconds after which a result of a schedule is too old: the longest time between two runs, with some patience.
 *
 * @param schedule five-field cron, UTC.
 */
export function oldestResult(schedule: string): number {
  const found = known.get(schedule) ?? longestGap(schedule);
  // The same few schedules are asked for by every store of every stack.
  known.set(schedule, found);
  return Math.round(found * patience);
}

/** The longest time between two runs, in seconds. */
function longestGap(schedule: string): number {
  const runs = new Cron(schedule, { timezone: "Etc/UTC" }).nextRuns(50, begin).map((run) => run.getTime());
  return Math.max(...runs.slice(1).map((run, index) => run - (runs[index] ?? run))) / 1000;
}
