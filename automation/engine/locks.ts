/** Locks of the state backend: which are alive, and which a dead process left behind. */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { seeProcess } from "../../simulation/process/identity.ts";
import { declined, type CommandError } from "../exit.ts";

/** A lock on a stack's state, as the engine writes it. */
export interface StateLock {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  /** When it was taken, ISO 8601. */
  readonly timestamp: string;
  /** Path of the lock file, for a backend that is a folder. */
  readonly file?: string;
}

/** Locks of a stack in a backend that is a folder; none for any other backend. */
export function locksIn(backend: string, project: string, stack: string): StateLock[] {
  if (!backend.startsWith("file://")) return [];
  const folder = join(fileURLToPath(backend), ".pulumi", "locks", "organization", project, stack);
  let files: string[];
  try {
    files = readdirSync(folder);
  } catch {
    return []; // Nothing was ever locked.
  }
  return files.flatMap((name) => {
    const file = join(folder, name);
    const lock = readLock(file);
    return lock === undefined ? [] : [{ ...lock, file }];
  });
}

/**
 * Locks that the engine names when it refuses to work:
 * `…/id.json: created by user@host (pid 123) at 2026-01-02T03:04:05Z`.
 */
export function locksInMessage(message: string): StateLock[] {
  return [...message.matchAll(/: created by (\S*?)@(\S+) \(pid (\d+)\) at (\S+)/g)].map((match) => ({
    username: match[1] ?? "",
    hostname: match[2] ?? "",
    pid: Number(match[3]),
    timestamp: match[4] ?? "",
  }));
}

/** What decides whether a lock's holder lives; replaced by tests. */
export interface Machine {
  readonly hostname: string;
  readonly isAlive: (pid: number) => boolean;
}

const thisMachine: Machine = {
  hostname: hostname(),
  // Another program may have got the pid since.
  isAlive: (pid) => seeProcess(pid)?.command.includes("pulumi") ?? false,
};

/** Whether a process of this machine took the lock and is gone. Of other machines nothing can be said. */
export function isStale(lock: StateLock, machine: Machine = thisMachine): boolean {
  return lock.hostname === machine.hostname && !machine.isAlive(lock.pid);
}

/** Removes the lock files of dead processes and returns those locks. */
export function removeStaleLocks(locks: readonly StateLock[], machine: Machine = thisMachine): StateLock[] {
  const stale = locks.filter((lock) => isStale(lock, machine));
  for (const { file } of stale) {
    if (file === undefined) continue;
    rmSync(file, { force: true });
    // The engine's folder backend keeps a file of attributes beside each of its files, and leaves it behind.
    rmSync(`${file}.attrs`, { force: true });
  }
  return stale;
}

/** The refusal to work on a stack that others hold. */
export function lockedBy(
  stack: string,
  locks: readonly StateLock[],
  machine: Machine = thisMachine,
): CommandError {
  const holders = locks.map(({ pid, username, hostname: host, timestamp }) =>
    host === machine.hostname
      ? `process ${pid} of ${username} on this machine, since ${timestamp}`
      : `process ${pid} of ${username} on ${host}, since ${timestamp}`,
  );
  return declined(
    `The state of ${stack} is locked by ${holders.join(", and by ")}.`,
    "Wait until that run has ended, then try again.",
    `If that process is certainly gone (its machine is off, say), ./quint unlock ${stack} removes the lock.`,
  );
}

function readLock(file: string): StateLock | undefined {
  try {
    const content = JSON.parse(readFileSync(file, "utf8")) as Partial<StateLock>;
    if (typeof content.pid !== "number") return undefined;
    return {
      pid: content.pid,
      username: content.username ?? "",
      hostname: content.hostname ?? "",
      timestamp: content.timestamp ?? "",
    };
  } catch {
    return undefined; // Just written or just removed: the engine looks again for itself.
  }
}
