/** Finds the Pulumi engine: installed, else kept from an earlier run, else downloaded, else built. */
import { messageOf } from "../exit.ts";
import type { Report } from "../console/steps.ts";
import { serves } from "./version.ts";

/** An engine that can be started. */
export interface Engine {
  /** Path of the program, or its name on PATH. */
  readonly command: string;
  /** Its version, e.g. `3.250.0`. */
  readonly version: string;
  /** Where it comes from, e.g. `on PATH`. */
  readonly origin: string;
}

/** The places an engine may come from. Each gives the program's path, or `undefined` when it has none. */
export interface EngineSources {
  /** `pulumi` on PATH. */
  readonly installed: () => Promise<string | undefined>;
  /** What an earlier run downloaded. */
  readonly downloaded: () => Promise<string | undefined>;
  /** What an earlier run built. */
  readonly built: () => Promise<string | undefined>;
  /** Downloads it with the SDK's installer; rejects when that fails. */
  readonly download: (report: Report) => Promise<string>;
  /** Builds it from the pinned module; rejects when that fails. */
  readonly build: (report: Report) => Promise<string>;
  /** What `pulumi version` prints; `undefined` when it does not run. */
  readonly versionOf: (command: string) => Promise<string | undefined>;
  /** Whether a download is worth trying: none failed lately, and the publisher can be reached. */
  readonly mayDownload: () => Promise<boolean>;
  readonly downloadFailed: () => void;
}

/**
 * The first engine that serves the SDK of version `wanted`. Nothing is downloaded or built while an engine is there.
 * @throws what the build throws, when there is no other way left.
 */
export async function findEngine(sources: EngineSources, wanted: string, report: Report): Promise<Engine> {
  const there = [
    { origin: "on PATH", find: sources.installed },
    { origin: "downloaded", find: sources.downloaded },
    { origin: "built here", find: sources.built },
  ];
  for (const { origin, find } of there) {
    const engine = await engineAt(sources, await find(), wanted, origin);
    if (engine !== undefined) return engine;
  }
  if (await sources.mayDownload()) {
    try {
      report(`downloading ${wanted}`);
      const engine = await engineAt(sources, await sources.download(report), wanted, "downloaded");
      if (engine !== undefined) return engine;
    } catch (error) {
      sources.downloadFailed();
      report(`not downloaded (${messageOf(error).split("\n")[0] ?? ""}); building it instead`);
    }
  }
  const path = await sources.build(report);
  // Just built from the pinned module, it is of the version that was wanted, whatever it prints.
  return { command: path, version: plain((await sources.versionOf(path)) ?? wanted), origin: "built here" };
}

async function engineAt(
  sources: EngineSources,
  command: string | undefined,
  wanted: string,
  origin: string,
): Promise<Engine | undefined> {
  if (command === undefined) return undefined;
  const version = await sources.versionOf(command);
  if (version === undefined || !serves(version, wanted)) return undefined;
  return { command, version: plain(version), origin };
}

/** `3.250.0` for what `pulumi version` prints: `v3.250.0` and a line end. */
function plain(version: string): string {
  return version.trim().replace(/^v/, "");
}
