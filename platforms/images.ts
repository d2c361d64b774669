/**
 * The images of a platform, wherever its description names one: every field called `image`. So a mirror reaches those
 * of a new kind of workload, too, and the list of what a mirror must hold forgets none.
 */
import type { Platform } from "./model/index.ts";

/** Free text under names that users choose: an `image` in there is not a container's. Data services are a list. */
const freeText: ReadonlySet<string> = new Set(["data", "env", "labels", "annotations"]);

/** Every image that a platform runs, each once. Those of previews are known with their pull requests. */
export function imagesIn({ previews: _, ...platform }: Platform): readonly string[] {
  const found = new Set<string>();
  replaced(platform, (image) => {
    found.add(image);
    return image;
  });
  return [...found];
}

/** The platform with every image replaced by another. */
export function withImages(platform: Platform, replacement: (image: string) => string): Platform {
  return replaced(platform, replacement) as Platform;
}

function replaced(value: unknown, replacement: (image: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => replaced(item, replacement));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]): [string, unknown] => {
      if (key === "image" && typeof inner === "string") return [key, replacement(inner)];
      return [key, freeText.has(key) && !Array.isArray(inner) ? inner : replaced(inner, replacement)];
    }),
  );
}
