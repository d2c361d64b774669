/** The engine's version: one on every path, that of the installed SDK. */
import { createRequire } from "node:module";

export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** Version of the installed `@pulumi/pulumi`, e.g. `3.250.0`; the engine must be at least that. */
export function sdkVersion(): string {
  const manifest = createRequire(import.meta.url)("@pulumi/pulumi/package.json") as { version: string };
  return manifest.version;
}

/** Version of an installed package of `@pulumi`, which is also its plugin's. */
export function pluginVersion(provider: string): string {
  const manifest = createRequire(import.meta.url)(`@pulumi/${provider}/package.json`) as { version: string };
  return manifest.version.replace(/^v/, "");
}

/** Reads `v3.250.0` or `3.250.0-dev.1`; `undefined` for anything else, e.g. what an unstamped build prints. */
export function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d+)\.(\d+)\.(\d+)/.exec(text.trim());
  if (match === null) return undefined;
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3]) };
}

/** Whether an engine of version `found` serves an SDK of version `wanted`: same major, not older. */
export function serves(found: string, wanted: string): boolean {
  const [one, other] = [parseVersion(found), parseVersion(wanted)];
  if (one === undefined || one.major !== other?.major) return false;
  return one.minor === other.minor ? one.patch >= other.patch : one.minor > other.minor;
}
