/** Fetches the pinned Go modules that carry CRDs, and checks that they are what was pinned. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CrdPin } from "../../config/catalog/crds.ts";
import { SimulationError } from "../problem.ts";
import { runGo } from "../programs/build.ts";

interface Downloaded {
  readonly Path: string;
  readonly Version: string;
  readonly Error?: string;
  readonly Dir?: string;
  readonly Sum?: string;
}

/**
 * Downloads modules into Go's own module cache.
 * @returns the folder of each module on this machine, by module path.
 * @throws SimulationError when one is not served, or its content is not what was pinned.
 */
export async function downloadModules(pins: readonly CrdPin[]): Promise<Map<string, string>> {
  // Outside any module, so that no go.mod has a say in the versions.
  const neutral = mkdtempSync(join(tmpdir(), "quint-modules-"));
  try {
    const wanted = pins.map(({ module, version }) => `${module}@${version}`);
    const output = await runGo(
      ["mod", "download", "-json", ...wanted],
      neutral,
      { GOFLAGS: "-mod=mod" },
      "The modules that carry the custom resource definitions could not be downloaded",
    );
    const downloads = parseDownloads(output);
    const problems = pins.flatMap((pin) => problemOf(pin, downloads.get(pin.module)) ?? []);
    if (problems.length > 0) {
      throw new SimulationError(
        `config/catalog/crds.ts does not hold:\n${problems.map((line) => `  ${line}`).join("\n")}`,
      );
    }
    return new Map([...downloads].map(([module, { Dir }]) => [module, Dir ?? ""]));
  } finally {
    rmSync(neutral, { recursive: true, force: true });
  }
}

/** What Go prints: JSON objects one after another. */
export function parseDownloads(output: string): Map<string, Downloaded> {
  const objects = output
    .trim()
    .split(/(?<=^\})\s*\n/m)
    .filter((text) => text.trim() !== "")
    .map((text) => JSON.parse(text) as Downloaded);
  return new Map(objects.map((object) => [object.Path, object]));
}

/** Why a download is not what was pinned, or `undefined` when it is. */
export function problemOf(pin: CrdPin, download: Downloaded | undefined): string | undefined {
  const name = `${pin.module} ${pin.version}`;
  if (download === undefined) return `${name}: Go did not report it.`;
  if (download.Error !== undefined) return `${name}: ${download.Error}`;
  if (download.Sum !== pin.sum) {
    return `${name}: its sum is ${download.Sum ?? "missing"}, and ${pin.sum} is pinned. Do not go on; find out why.`;
  }
  return undefined;
}
