/** Stand-ins for the official provider plugins, where their download host can't be reached. */
import { fileURLToPath } from "node:url";

/** Entries for `plugins.providers` of the in-memory project of a run. */
export const standInPlugins: readonly { readonly name: string; readonly path: string }[] = [
  "kubernetes",
  "random",
].map((name) => ({ name, path: fileURLToPath(new URL(name, import.meta.url)) }));
