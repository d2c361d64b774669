/** Names an image by everything that goes into it. */
import { createHash } from "node:crypto";
import { goProgramHash } from "./go-program.ts";
import { requirementsOf } from "./python-packages.ts";
import type { MadeImage } from "./recipe.ts";

/** Changes when making images changes. */
const makerVersion = 1;

/** Changes whenever the image would come out differently. */
export function recipeHash(image: MadeImage): string {
  const { reference, recipe, entrypoint, command, workingFolder, environment, user } = image;
  const programs = Object.entries(recipe.programs ?? {}).map(([path, one]) => [path, goProgramHash(one)]);
  const wheels = recipe.python === undefined ? [] : [requirementsOf(recipe.python)];
  const content = [makerVersion, process.arch, reference, recipe, programs, ...wheels];
  return createHash("sha256")
    .update(
      JSON.stringify([content, entrypoint, command ?? [], workingFolder ?? "", environment ?? {}, user]),
    )
    .digest("hex")
    .slice(0, 16);
}
