/** The platforms, one page each. */
import type { PlatformName, Settings } from "../config/index.ts";
import { cancer } from "./cancer/index.ts";
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
