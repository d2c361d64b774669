/** The engine's sources on this machine. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { cachedProgram, cacheFolder } from "../../simulation/programs/cache.ts";
import { ensureProgram, findOnPath } from "../../simulation/programs/ensure.ts";
import { attemptsIn, downloadsReachable, type Attempts } from "./attempts.ts";
import type { EngineSources } from "./find.ts";
import { sdkVersion } from "./version.ts";

const run = promisify(execFile);
/** A download of about 120 MB may take this long before it counts as failed, in milliseconds. */
const downloadPatience = 300_000;
/** A program of 200 MB that a busy disk has to read first may take this long to say its version, in milliseconds. */
const startsWithin = 60_000;

/** What was tried in vain on this machine, shared by all clones of a user. */
export function attempts(): Attempts {
  return attemptsIn(join(cacheFolder(), "failed-downloads.json"));
}

/** The sources of this machine, in the version of the installed SDK. */
export function engineSources(): EngineSources {
  const root = join(cacheFolder(), "pulumi", sdkVersion());
  const downloaded = join(root, "bin", "pulumi");
  return {
    installed: () => Promise.resolve(findOnPath("pulumi")),
    downloaded: () => Promise.resolve(whenThere(downloaded)),
    built: () => Promise.resolve(whenThere(cachedProgram("pulumi"))),
    download: async () => {
      const { PulumiCommand } = await import("@pulumi/pulumi/automation/index.js");
      // Without a version the installer takes the SDK's own, which is the one wanted.
      await Promise.race([PulumiCommand.install({ root }), failAfter(downloadPatience)]);
      return downloaded;
    },
    build: (report) => ensureProgram("pulumi", report),
    versionOf: async (command) => {
      try {
        const environment = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
        return (await run(command, ["version"], { timeout: startsWithin, env: environment })).stdout;
      } catch {
        return undefined; // It does not run here.
      }
    },
    mayDownload: () => mayDownload("engine"),
    downloadFailed: () => {
      attempts().remember("engine");
    },
  };
}

/** Whether downloading `what` is worth trying: it did not fail within a day, and the publisher can be reached. */
export async function mayDownload(what: "engine" | "plugins"): Promise<boolean> {
  if (attempts().failedLately(what)) return false;
  const reachable = await downloadsReachable();
  if (!reachable) attempts().remember(what);
  return reachable;
}

function whenThere(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}

async function failAfter(milliseconds: number): Promise<never> {
  return await new Promise((_resolve, reject) => {
    setTimeout(() => {
      reject(new Error(`no answer within ${milliseconds / 1000} s`));
    }, milliseconds).unref();
  });
}
