/** Images made on this machine from module and package registries. */
export { chosenImages } from "./choose.ts";
export { ensureImages, type ImageArchive } from "./ensure.ts";
export { ensurePackages, nodePackages } from "./packages.ts";
export { recipeHash } from "./recipe-hash.ts";
export type { MadeImage } from "./recipe.ts";
export { type MadeImageName, madeImages, pauseImage } from "./table.ts";
