/** The platforms, one page each, and the foundation that they stand on. */
import type { PlatformName, Settings } from "../config/index.ts";
import { cancer } from "./cancer/index.ts";
import { describeFoundation } from "./foundation/index.ts";
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
  return { foundation: describeFoundation(settings, platforms), platforms };
}
