/** Downloads that failed are remembered for a day, so that a machine without a way out does not wait at each run. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const day = 24 * 60 * 60 * 1000;
/** How long a machine without a way out may wait in all before it is told so, in milliseconds. */
const patience = 5_000;
/** Where Pulumi publishes its engine and official plugins. */
const publisher = "https://get.pulumi.com/";

export interface Attempts {
  /** Whether `what` failed within the last day. */
  readonly failedLately: (what: string) => boolean;
  readonly remember: (what: string) => void;
  /** Forgets every failure, so that the next run tries again. */
  readonly forget: () => void;
}

/** Attempts remembered in a file. A file that cannot be read or written only costs a repeated attempt. */
export function attemptsIn(file: string, now: () => number = Date.now): Attempts {
  const read = (): Record<string, number> => {
    try {
      const content: unknown = JSON.parse(readFileSync(file, "utf8"));
      return typeof content === "object" && content !== null ? (content as Record<string, number>) : {};
    } catch {
      return {};
    }
  };
  const write = (content: Record<string, number>): void => {
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify(content));
    } catch {
      // A cache on a read-only disk: the attempt is repeated next time.
    }
  };
  return {
    failedLately: (what) => now() - (read()[what] ?? 0) < day,
    remember: (what) => {
      write({ ...read(), [what]: now() });
    },
    forget: () => {
      write({});
    },
  };
}

/** Whether Pulumi's downloads can be reached at all. Asked before the SDK's installer, whose own patience is minutes. */
export async function downloadsReachable(): Promise<boolean> {
  try {
    await fetch(publisher, { method: "HEAD", signal: AbortSignal.timeout(patience) });
    return true;
  } catch {
    return false;
  }
}
