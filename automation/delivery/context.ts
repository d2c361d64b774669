/** What the commands of the deployment manager have in common: stack, platform, who asks, and how. */
import { execFileSync } from "node:child_process";
import { userInfo } from "node:os";
import type { PlatformName, Settings, StackOverrides } from "../../config/index.ts";
import { describePlatforms } from "../../platforms/index.ts";
import type { Platform } from "../../platforms/model/index.ts";
import { releases, type ReleaseOf } from "../../platforms/release/index.ts";
import { foldersOf, workFolderOf } from "../paths.ts";
import { openForRun } from "../session/open.ts";

export interface DeliveryContext {
  readonly root: string;
  readonly stack: string;
  /** Of a run: the platform alone. */
  readonly overrides: StackOverrides;
  /** The same for all of the stack. */
  readonly ofStack: StackOverrides;
  readonly name: PlatformName;
  /** As the stack file was when the command began. */
  readonly settings: Settings;
  readonly platform: Platform;
  readonly release: ReleaseOf;
  /** Path of the stack file. */
  readonly file: string;
  /** Path of the journal. */
  readonly journal: string;
  readonly who: string;
}

/** @throws SettingsError where the stack has no such platform, or is wrong. */
export function openContext(
  root: string,
  stack: string,
  platform: string,
  overrides: StackOverrides,
): DeliveryContext {
  const own = { ...overrides, platforms: [platform] };
  const { settings, file, apart } = openForRun({ root, stack, overrides: own });
  const name = platform as PlatformName;
  const described = describePlatforms(settings).find((one) => one.name === name);
  if (described === undefined) throw new Error(`${platform} has settings and no description`);
  return {
    root,
    stack,
    overrides: own,
    ofStack: overrides,
    name,
    settings,
    platform: described,
    release: releases[name],
    file,
    journal: workFolderOf(root, stack, apart).operation,
    who: whoAsks(foldersOf(root).root),
  };
}

/** The settings and the platform as the stack file is now. */
export function reopened(context: DeliveryContext): DeliveryContext {
  const { root, stack, name, ofStack } = context;
  return openContext(root, stack, name, ofStack);
}

/** Namespaces that an environment of the platform is, or all of the platform's. */
export function namespacesOf(
  { platform, release, settings }: Pick<DeliveryContext, "platform" | "release" | "settings">,
  environment?: string,
): readonly string[] {
  return environment === undefined
    ? platform.namespaces.map(({ name }) => name)
    : [release.namespaceOf(settings, environment)];
}

/** Whoever Git would say commits; in CI who started the workflow; else the user of this machine. */
function whoAsks(root: string): string {
  const { GITHUB_ACTOR: actor } = process.env;
  if (actor !== undefined && actor !== "") return actor;
  const git = (key: string): string => {
    try {
      return execFileSync("git", ["config", key], { cwd: root, encoding: "utf8" }).trim();
    } catch {
      return "";
    }
  };
  const [name, email] = [git("user.name"), git("user.email")];
  if (name !== "") return email === "" ? name : `${name} <${email}>`;
  return userInfo().username;
}
