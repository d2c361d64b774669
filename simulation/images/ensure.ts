/** Gets images: from the cache, else made. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "../process/lock.ts";
import { cacheFolder } from "../programs/cache.ts";
import type { Report } from "../programs/ensure.ts";
import { makeArchive } from "./archive.ts";
import { recipeHash } from "./recipe-hash.ts";
import type { MadeImage } from "./recipe.ts";

/** An image that lies ready to be imported. */
export interface ImageArchive {
  readonly reference: string;
  readonly version: string;
  /** Path of the archive. Its name changes with the recipe. */
  readonly archive: string;
  readonly hash: string;
  readonly note?: string | undefined;
}

/**
 * An archive of each image, made where the cache does not have it; two callers at once make it once.
 * @param packages folder of the unpacked packages (`ensurePackages`).
 * @throws SimulationError when one cannot be made.
 */
export async function ensureImages(
  wanted: readonly MadeImage[],
  packages: string,
  report: Report = () => undefined,
): Promise<ImageArchive[]> {
  const archives: ImageArchive[] = [];
  // One after another: a build takes every core there is.
  for (const image of wanted) {
    const hash = recipeHash(image);
    const archive = join(cacheFolder(), "images", `${hash}.tar`);
    if (!existsSync(archive)) {
      await withLock(`${archive}.lock`, async () => {
        if (!existsSync(archive)) await makeArchive(image, archive, packages, report);
      });
    }
    const { reference, version, note } = image;
    archives.push({ reference, version, archive, hash, note });
  }
  return archives;
}
