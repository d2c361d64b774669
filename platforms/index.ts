/** The platforms, one page each, and the foundation that they stand on. */
import type { PlatformName, Settings } from "../config/index.ts";
import { mirroredImage } from "../config/catalog/mirror.ts";
import { cancer } from "./cancer/index.ts";
import { describeFoundation, quintImages, type StackArtifacts } from "./foundation/index.ts";
import { withImages } from "./images.ts";
import type { FoundationSpec } from "./model/foundation.ts";
import type { Platform } from "./model/index.ts";

/** Describes a platform, or nothing where the stack does not name it. */
type Page = (settings: Settings) => Platform | undefined;

const pages: Record<PlatformName, Page> = {
  cancer: (settings) => settings.platforms.cancer && cancer(settings, settings.platforms.cancer),
};

/** The platforms of a stack, in the order of deployment. */
export function describePlatforms(settings: Settings): readonly Platform[] {
  return Object.values(pages).flatMap((page) => page(settings) ?? []);
}

/** Everything that a stack's settings describe. */
export interface StackDescription {
  readonly foundation: FoundationSpec;
  readonly platforms: readonly Platform[];
}

/**
 * Describes a stack.
 *
 * @throws SettingsError where platforms need what the foundation leaves out, or nodes cannot run what it needs.
 */
export function describeStack(settings: Settings): StackDescription {
  const platforms = describePlatforms(settings);
  const mirror = { images: settings.images.mirror };
  return {
    foundation: describeFoundation(settings, platforms),
    platforms: platforms.map((platform) => withImages(platform, (image) => mirroredImage(image, mirror))),
  };
}

/**
 * Lists the charts and images that a stack needs, with where they come from and where this stack takes them from.
 *
 * @throws SettingsError as {@link describeStack} does.
 */
export function artifactsOf(settings: Settings): StackArtifacts {
  const platforms = describePlatforms(settings);
  return quintImages(settings, describeFoundation(settings, platforms), platforms);
}
