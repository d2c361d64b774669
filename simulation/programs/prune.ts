/** Removes builds that nobody needs any more from the cache: each is up to 200 MB, and every new pin leaves one behind. */
import { readdirSync, rmdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheFolder } from "./cache.ts";
import type { ProgramName } from "./table.ts";

/** Another clone may run a build that was used within so many days. */
const keptDays = 7;

/** Notes that a build was used: what was used last is kept longest. A cache that is read-only keeps everything. */
export function markUsed(path: string, now = new Date()): void {
  try {
    utimesSync(path, now, now);
  } catch {
    // Somebody else's cache, or gone: nothing here depends on the time.
  }
}

/**
 * Removes the builds of a program but the current one, the one used last before it, and those used within a week.
 * Only files of that name are touched, in folders named as the cache names them.
 * @returns the paths that were removed.
 */
export function pruneBuilds(name: ProgramName, current: string, now = new Date()): string[] {
  const [, ...unused] = buildsOf(name)
    .filter(({ path }) => path !== current)
    .sort((one, other) => other.usedAt - one.usedAt);
  const oldest = now.getTime() - keptDays * 24 * 60 * 60 * 1000;
  const removed = unused.filter(({ usedAt }) => usedAt < oldest).map(({ path }) => path);
  for (const path of removed) remove(path);
  return removed;
}

/** Builds of a program for this platform: a folder each, as {@link cachedProgram} names it. */
function buildsOf(name: ProgramName): { path: string; usedAt: number }[] {
  const folder = join(cacheFolder(), "programs");
  const ours = new RegExp(`^\\S+-${process.platform}-${process.arch}-[0-9a-f]{12}$`);
  return readdirSync(folder)
    .filter((build) => ours.test(build))
    .flatMap((build) => {
      const path = join(folder, build, name);
      const found = statSync(path, { throwIfNoEntry: false });
      return found?.isFile() === true ? [{ path, usedAt: found.mtimeMs }] : [];
    });
}

function remove(path: string): void {
  rmSync(path, { force: true });
  try {
    rmdirSync(dirname(path));
  } catch {
    // Other programs of the same module are in it.
  }
}
