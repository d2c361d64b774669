/** Gets a program: from PATH, else from the cache, else built. */
import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { withLock } from "../process/lock.ts";
import { buildProgram } from "./build.ts";
import { cachedProgram } from "./cache.ts";
import { pinnedVersion } from "./pins.ts";
import { markUsed, pruneBuilds } from "./prune.ts";
import { type ProgramName, programs } from "./table.ts";

const run = promisify(execFile);
/** A program of 200 MB that a busy disk has to read first may take this long to say its version, in milliseconds. */
const startsWithin = 60_000;

/** Receives one line of progress, without a line end. */
export type Report = (line: string) => void;

/**
 * Path of a program in its pinned version: the one on PATH if it is of the same minor version, else one that
 * was built before, else a new build. Two callers at once build once.
 * @throws SimulationError with a remedy when it has to be built and cannot be.
 */
export async function ensureProgram(name: ProgramName, report: Report = () => undefined): Promise<string> {
  const pinned = pinnedVersion(name);
  const onPath = findOnPath(name);
  if (onPath !== undefined && sameMinor(await versionOf(name, onPath), pinned)) return onPath;

  const cached = cachedProgram(name);
  if (isExecutable(cached)) {
    markUsed(cached);
    return cached;
  }

  await withLock(
    `${cached}.lock`,
    async () => {
      if (isExecutable(cached)) return; // Somebody else built it while this one waited.
      const minutes = programs[name].buildMinutes;
      report(`Building ${name} ${pinned} (once; about ${minutes} min on two cores).`);
      const began = performance.now();
      await buildProgram(name, cached);
      report(`Built ${name} ${pinned} in ${Math.round((performance.now() - began) / 1000)} s.`);
      for (const old of pruneBuilds(name, cached)) report(`Removed a build that is no longer used: ${old}.`);
    },
    (holder) => {
      report(`Waiting for another build of ${name} (process ${holder}).`);
    },
  );
  return cached;
}

/** The first executable of that name on PATH. */
export function findOnPath(name: string, path = process.env.PATH ?? ""): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** Whether two versions (`v1.36.2`, `1.36.0`) agree in major and minor. An unknown version agrees with nothing. */
export function sameMinor(one: string | undefined, other: string): boolean {
  const minor = (version: string): string | undefined => /^v?(\d+\.\d+)\./.exec(version)?.[1];
  return one !== undefined && minor(one) !== undefined && minor(one) === minor(other);
}

async function versionOf(name: ProgramName, path: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(path, [...programs[name].versionArguments], { timeout: startsWithin });
    return /v?\d+\.\d+\.\d+[-+.\w]*/.exec(stdout)?.[0];
  } catch {
    return undefined; // Something else of that name, or one that does not run here: not ours.
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
