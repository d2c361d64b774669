/** The folder that outlives clones: built programs and parsed CRDs, shared by every clone of a user. */
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { pinHash, pinnedVersion } from "./pins.ts";
import type { ProgramName } from "./table.ts";

/** `$QUINT_CACHE`, else `$XDG_CACHE_HOME/quint`, else `~/.cache/quint`. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.QUINT_CACHE) return resolve(environment.QUINT_CACHE);
  return join(environment.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "quint");
}

/** Where a built program lies: a folder for each version, platform and pin, so that `ps` shows the plain name. */
export function cachedProgram(name: ProgramName): string {
  const build = `${pinnedVersion(name)}-${process.platform}-${process.arch}-${pinHash(name)}`;
  return join(cacheFolder(), "programs", build, name);
}
