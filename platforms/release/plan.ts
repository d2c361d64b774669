/** What a new version of a platform changes in a stack's settings: plain data, made by one function a platform. */
import type { PlatformName, SettingEdit, Settings } from "../../config/index.ts";

export const releaseStrategies = ["canary", "blue-green", "rolling"] as const;
export type ReleaseStrategy = (typeof releaseStrategies)[number];

export interface ReleaseRequest {
  /** Tag of the images, e.g. `v2.1.0`. */
  readonly version: string;
  /** How it comes in; left out: as the settings have it. */
  readonly strategy?: ReleaseStrategy;
  /** Which of the platform's environments takes it, where it has several; left out: the one for new versions. */
  readonly environment?: string;
}

export interface ReleasePlan {
  readonly edits: readonly SettingEdit[];
  /** Images that the version consists of. */
  readonly images: readonly string[];
  /** The environment that takes it, where the platform has several, e.g. `green`; nothing where all of it does. */
  readonly environment?: string;
}

/** Why a version cannot be delivered that way, and what can be done about it. */
export interface ReleaseRefusal {
  readonly reason: string;
  readonly remedy: string;
}

/** Two copies of a platform that share the requests of its public host. */
export interface Copies {
  readonly names: readonly string[];
  /** Percent of the requests, by copy. */
  readonly shares: (settings: Settings) => Readonly<Record<string, number>>;
  /** The version that a copy runs, whatever its share. */
  readonly versionOf: (settings: Settings, copy: string) => string | undefined;
  readonly trafficEdit: (to: string, percent: number) => SettingEdit;
  /** Copies that keep their full size though they take no requests. */
  readonly fullSize: (settings: Settings) => readonly string[];
  readonly fullSizeEdit: (copies: readonly string[]) => SettingEdit;
  /** The edits that give a copy a version, also one that takes requests. */
  readonly imageEdits: (settings: Settings, copy: string, version: string) => readonly SettingEdit[];
}

export interface ReleaseOf {
  /** Left out: the platform has no copies, and traffic is nobody's to switch. */
  readonly copies?: Copies;
  /** Strategies that the platform has. */
  readonly strategies: readonly ReleaseStrategy[];
  /** Names of the environments that a version can be delivered to; none where the platform has but one. */
  readonly environments: readonly string[];
  /** Namespace of an environment. */
  readonly namespaceOf: (settings: Settings, environment: string) => string;
  /** The version that users get; nothing where images of several versions, or samples, run. */
  readonly current: (settings: Settings) => string | undefined;
  readonly plan: (settings: Settings, request: ReleaseRequest) => ReleasePlan | ReleaseRefusal;
}

/** Path of a platform's setting in a stack file. */
export function settingPath(platform: PlatformName, ...rest: readonly string[]): readonly string[] {
  return ["quint:platforms", platform, ...rest];
}

/** The image with another tag. A digest goes with the old tag, and stays where the tag does. */
export function withTag(image: string, version: string): string {
  if (tagOf(image) === version) return image;
  return `${repositoryOf(image)}:${version}`;
}

/** The tag of an image; nothing where a digest alone names it. */
export function tagOf(image: string): string | undefined {
  const [named = ""] = image.split("@");
  const repository = repositoryOf(image);
  return named.length > repository.length ? named.slice(repository.length + 1) : undefined;
}

/** The image without tag and digest: a colon before the last slash is a port's. */
function repositoryOf(image: string): string {
  const [named = ""] = image.split("@");
  const colon = named.lastIndexOf(":");
  return colon > named.lastIndexOf("/") ? named.slice(0, colon) : named;
}

/** The one version of several images. */
export function commonVersion(images: readonly (string | undefined)[]): string | undefined {
  const versions = new Set(images.map((image) => (image === undefined ? undefined : tagOf(image))));
  const [only] = versions;
  return versions.size === 1 ? only : undefined;
}
