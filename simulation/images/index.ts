/** Images made on this machine from module and package registries. */
export { ensureImages, type ImageArchive } from "./ensure.ts";
export { ensurePackages, nodePackages, packageEnvironment } from "./packages.ts";
export { recipeHash } from "./recipe-hash.ts";
export { chosenImages, type MadeImage, type MadeImageName, madeImages, pauseImage } from "./table.ts";
