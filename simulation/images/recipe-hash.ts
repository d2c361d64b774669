/** Names an image by everything that goes into it. */
import { createHash } from "node:crypto";
import { goProgramHash } from "./go-program.ts";
import type { MadeImage } from "./table.ts";

/** Changes when making images changes. */
const makerVersion = 1;

/** Changes whenever the image would come out differently. */
export function recipeHash(image: MadeImage): string {
  const { reference, recipe, entrypoint, command, workingFolder, user } = image;
  const programs = Object.entries(recipe.programs).map(([path, program]) => [path, goProgramHash(program)]);
  const content = [makerVersion, process.arch, reference, recipe, programs];
  return createHash("sha256")
    .update(JSON.stringify([content, entrypoint, command ?? [], workingFolder ?? "", user]))
    .digest("hex")
    .slice(0, 16);
}
