/** Sync windows, evaluated as Argo CD does: whether a platform may be delivered to now. */
import { Cron } from "croner";
import type { SyncWindowSpec } from "../../platforms/model/index.ts";

export interface WindowsState {
  /** Whether a delivery may go on without anybody's say. */
  readonly open: boolean;
  /** Whether Argo CD permits people, whom the roles name, to sync by hand now. */
  readonly manual: boolean;
  /** Why not, or what allows it, in words. */
  readonly because: string;
  /** When it opens next; nothing where it is open, or never opens. */
  readonly opens?: Date;
}

/**
 * Argo CD's rule: an active denial forbids; where windows allow, one of them must be active. Left out or empty: always.
 */
export function windowsState(windows: readonly SyncWindowSpec[] | undefined, now: Date): WindowsState {
  if (windows === undefined || windows.length === 0)
    return { open: true, manual: true, because: "there are no windows" };
  const denials = windows.filter((window) => window.kind === "deny");
  const allowances = windows.filter((window) => window.kind !== "deny");
  const denying = denials.filter((window) => isActive(window, now));
  const [denial] = denying;
  if (denial !== undefined) {
    return {
      open: false,
      manual: denying.every(({ manualSync }) => manualSync),
      because: `${words(denial)} forbids it`,
      ...nextOpening(windows, now),
    };
  }
  const allowing = allowances.find((window) => isActive(window, now));
  if (allowing !== undefined) return { open: true, manual: true, because: `${words(allowing)} allows it` };
  if (allowances.length === 0) return { open: true, manual: true, because: "no window forbids it" };
  return {
    open: false,
    manual: allowances.every(({ manualSync }) => manualSync),
    because: `only ${allowances.map(words).join(" and ")} ${allowances.length === 1 ? "allows" : "allow"} it`,
    ...nextOpening(windows, now),
  };
}

const hour = 3_600_000;

/** Whether the window began less than its hours ago. */
function isActive({ schedule, hours, timeZone }: SyncWindowSpec, now: Date): boolean {
  const begins = new Cron(schedule, { timezone: timeZone }).nextRun(new Date(now.getTime() - hours * hour));
  return begins !== null && begins <= now;
}

/** Looks at the moments at which something begins or ends, for as long as any schedule repeats. */
function nextOpening(windows: readonly SyncWindowSpec[], now: Date): { opens?: Date } {
  const moments = windows
    .flatMap(({ schedule, hours, timeZone }) => {
      const since = new Date(now.getTime() - hours * hour);
      return new Cron(schedule, { timezone: timeZone })
        .nextRuns(16, since)
        .flatMap((begin) => [begin, new Date(begin.getTime() + hours * hour)]);
    })
    .filter((moment) => moment > now)
    .sort((one, another) => one.getTime() - another.getTime());
  const opens = moments.find((moment) => isOpen(windows, moment));
  return opens === undefined ? {} : { opens };
}

function isOpen(windows: readonly SyncWindowSpec[], moment: Date): boolean {
  const active = windows.filter((window) => isActive(window, moment));
  return (
    active.every(({ kind }) => kind !== "deny") &&
    (active.length > 0 || windows.every(({ kind }) => kind === "deny"))
  );
}

/** `the window "0 9 * * 1-5" (8 h, Europe/Berlin)`. */
function words({ schedule, hours, timeZone }: SyncWindowSpec): string {
  return `the window "${schedule}" (${hours} h, ${timeZone})`;
}
