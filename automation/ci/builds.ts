/** What the image workflow builds: each declared image whose sources are in the repository. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "../../config/index.ts";
import { builtImages } from "./declared-images.ts";

export interface Build {
  /** Where the image goes: the registry is the one that the settings name. */
  readonly repository: string;
  readonly registry: string;
  /** Folder with its Dockerfile. */
  readonly context: string;
}

/** Folder of an image's sources: `services/` and the last part of its name. */
const contextOf = (repository: string): string => `services/${repository.split("/").at(-1) ?? ""}`;

/**
 * The builds of a stack's images, and the images that are built elsewhere.
 *
 * @param changed files that changed; undefined builds all.
 */
export function buildsOf(
  settings: Settings,
  root: string,
  changed?: readonly string[],
): { readonly builds: readonly Build[]; readonly elsewhere: readonly string[] } {
  const repositories = [...new Set(builtImages(settings).map(({ repository }) => repository))];
  const here = (repository: string): boolean => existsSync(join(root, contextOf(repository), "Dockerfile"));
  return {
    builds: repositories
      .filter(here)
      .map((repository) => ({
        repository,
        registry: repository.split("/")[0] ?? "",
        context: contextOf(repository),
      }))
      .filter(({ context }) => changed?.some((file) => file.startsWith(`${context}/`)) ?? true),
    elsewhere: repositories.filter((repository) => !here(repository)),
  };
}
