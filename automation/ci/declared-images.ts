/** The images that a user builds: of services, wherever a stack's settings name one, and of the restore drill. */
import type { PlatformName, Settings } from "../../config/index.ts";
import { releases } from "../../platforms/release/index.ts";

export interface DeclaredImage {
  /** Keys on the way to it, of {@link declaredImages} from below `quint:platforms` on. */
  readonly path: readonly string[];
  readonly repository: string;
  /** Empty where it has a digest alone. */
  readonly tag: string;
}

/** A registry with a path, and a tag, a digest or both: nothing else in the settings of a platform looks like it. */
const reference =
  /^(?<repository>[a-z0-9][a-z0-9.-]*(?::\d+)?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+)(?::(?<tag>[\w][\w.-]{0,127}))?(?:@sha256:[0-9a-f]{64})?$/;

/** Repository and tag of an image; undefined for any other text. */
export function imageParts(text: string): Pick<DeclaredImage, "repository" | "tag"> | undefined {
  const { repository, tag } = reference.exec(text)?.groups ?? {};
  if (repository === undefined || text === repository) return undefined;
  return { repository, tag: tag ?? "" };
}

/** Every image that the settings of a stack's platforms name. */
export function declaredImages(platforms: Settings["platforms"]): readonly DeclaredImage[] {
  return found(platforms, []);
}

/** Every image of a stack that is built, with the whole way to it. The drill's may stand there before it was ever built. */
export function builtImages({
  platforms,
  images: { recovery },
}: Pick<Settings, "platforms" | "images">): readonly DeclaredImage[] {
  return [
    ...declaredImages(platforms).map((image) => ({ ...image, path: ["quint:platforms", ...image.path] })),
    ...(recovery === undefined
      ? []
      : [
          {
            path: ["quint:images", "recovery"],
            ...(imageParts(recovery) ?? { repository: recovery, tag: "" }),
          },
        ]),
  ];
}

/**
 * The versions of a platform's images, each once, and the version that `deploy` calls them: a release of code-review has
 * a name of its own.
 */
export function versionsIn(settings: Settings, platform: PlatformName): readonly string[] {
  const tags = declaredImages(settings.platforms)
    .filter(({ path }) => path[0] === platform)
    .map(({ tag }) => tag);
  const all = [...tags, releases[platform].current(settings) ?? ""];
  return [...new Set(all.filter((version) => version !== ""))].sort();
}

function found(value: unknown, path: readonly string[]): DeclaredImage[] {
  if (typeof value === "string") {
    const parts = imageParts(value);
    return parts === undefined ? [] : [{ path, ...parts }];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => found(inner, [...path, key]));
}
