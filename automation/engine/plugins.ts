/** Chooses the provider plugins of a run: the official ones, or stand-ins where those cannot be had. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { failure, messageOf } from "../exit.ts";
import type { Report } from "../console/steps.ts";

/** The providers that every stack needs. */
export const providers = ["kubernetes", "random"] as const;
/** Those of clouds, which only stacks with a cluster there need. Nothing stands in for them. */
export type CloudProvider = "aws" | "oci";
export type Provider = (typeof providers)[number] | CloudProvider;

/** A plugin in a folder of ours, as a project's `plugins.providers` names it: a stand-in, or the SDK's own. */
export interface LocalPlugin {
  readonly name: string;
  readonly path: string;
}

export interface PluginSources {
  /** Whether the official plugin is in the plugin folder, whole. */
  readonly installed: (provider: Provider) => boolean;
  /** Installs the official plugin; rejects when that fails. */
  readonly install: (provider: Provider) => Promise<void>;
  /** Whether an installation is worth trying: none failed lately, and the publisher can be reached. */
  readonly mayDownload: () => Promise<boolean>;
  readonly downloadFailed: () => void;
  /** Folder of the stand-in; nothing where there is none. */
  readonly standIn: (provider: Provider) => string | undefined;
}

/**
 * The stand-ins that a run needs; none where every official plugin is there or could be installed.
 *
 * @param clouds providers of clouds that the run needs beside those of every stack.
 * @throws CommandError where one is missing that nothing stands in for.
 */
export async function choosePlugins(
  sources: PluginSources,
  report: Report,
  clouds: readonly CloudProvider[] = [],
): Promise<readonly LocalPlugin[]> {
  const missing = [...providers, ...clouds].filter((provider) => !sources.installed(provider));
  if (missing.length === 0) return [];
  const standIns: LocalPlugin[] = [];
  let download = await sources.mayDownload();
  for (const provider of missing) {
    if (download) {
      try {
        report(`installing the ${provider} provider`);
        await sources.install(provider);
        continue;
      } catch (error) {
        sources.downloadFailed();
        download = false;
        report(`the ${provider} provider could not be installed (${messageOf(error).split("\n")[0] ?? ""})`);
      }
    }
    const path = sources.standIn(provider);
    if (path === undefined) {
      throw failure(
        `The provider plugin ${provider} is not installed, and cannot be downloaded here.`,
        "Install it where there is a network (pulumi plugin install), or try the stack with --cluster simulated.",
      );
    }
    standIns.push({ name: provider, path });
  }
  return standIns;
}

/** Whether a plugin's folder is there and no half-done installation lies beside it. */
export function isInstalled(pluginFolder: string, provider: string, version: string): boolean {
  const name = `resource-${provider}-v${version}`;
  const folder = join(pluginFolder, name);
  return existsSync(folder) && readdirSync(folder).length > 0 && !existsSync(`${folder}.partial`);
}
