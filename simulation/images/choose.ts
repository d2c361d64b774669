/** Which images of the table a cluster runs. */
import type { RealChoice } from "../../config/schema/real-choice.ts";
import type { MadeImage } from "./recipe.ts";
import { madeImages, type MadeImageName } from "./table.ts";

/**
 * Images of the table that a choice runs.
 * @param used references that the stack names: no other is made. All of the choice without it.
 */
export function chosenImages(
  choice: RealChoice,
  used?: readonly string[],
): readonly (readonly [MadeImageName, MadeImage])[] {
  const all = Object.entries(madeImages) as [MadeImageName, MadeImage][];
  return all.filter(
    ([, { kind, reference }]) =>
      choice !== "none" &&
      (choice === "all" || kind === "sample") &&
      (used === undefined || used.includes(reference)),
  );
}
