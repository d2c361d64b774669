/** A lock file that names its holder, so that a lock whose holder died is recognised and taken over. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "../problem.ts";
import { isAlive, ownIdentity, type ProcessIdentity } from "./identity.ts";

/** Waiting for a lock looks again this often, in milliseconds. */
const lookAgain = 100;

/**
 * Runs `work` while holding the lock at `path`; waits for a living holder, takes over from a dead one.
 * @param waiting called once with the holder's pid when this caller has to wait.
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  waiting: (holder: number) => void = () => undefined,
): Promise<T> {
  let said = false;
  for (;;) {
    const holder = tryLock(path);
    if (holder === undefined) break;
    if (!said) waiting(holder.pid);
    said = true;
    await sleep(lookAgain);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** Takes the lock at `path` for this process, or returns the living holder. */
export function tryLock(path: string): ProcessIdentity | undefined {
  mkdirSync(dirname(path), { recursive: true });
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(ownIdentity()), { mode: 0o600 });
  try {
    for (;;) {
      try {
        linkSync(mine, path); // Appears with its content or not at all.
        return undefined;
      } catch (error) {
        if (codeOf(error) !== "EEXIST") throw error;
      }
      const holder = readHolder(path);
      if (holder !== undefined && isAlive(holder)) return holder;
      setAside(path, holder);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/**
 * Removes a dead holder's lock. Two processes may find the same dead holder at once, and the slower one must not
 * remove what the faster one has just taken: so the file is moved away, looked at again, and put back if it is not
 * the one that was found dead.
 */
function setAside(path: string, dead: ProcessIdentity | undefined): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
    const moved = readHolder(aside);
    if (moved !== undefined && moved.started !== dead?.started && isAlive(moved)) linkSync(aside, path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT" && codeOf(error) !== "EEXIST") throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Who holds the lock at `path`, alive or not; `undefined` when nobody does or the file makes no sense. */
export function readHolder(path: string): ProcessIdentity | undefined {
  try {
    const read: unknown = JSON.parse(readFileSync(path, "utf8"));
    return isIdentity(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

function isIdentity(value: unknown): value is ProcessIdentity {
  return (
    typeof value === "object" &&
    value !== null &&
    "pid" in value &&
    typeof value.pid === "number" &&
    "started" in value &&
    typeof value.started === "string"
  );
}
