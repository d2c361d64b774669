/** Chooses the provider plugins of a run: the official ones, or stand-ins where those cannot be had. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../exit.ts";
import type { Report } from "../console/steps.ts";

/** The providers that every stack needs. */
export const providers = ["kubernetes", "random"] as const;
export type Provider = (typeof providers)[number];

/** A stand-in, as a project's `plugins.providers` names it. */
export interface StandIn {
  readonly name: Provider;
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
  /** Folder of the stand-in. */
  readonly standIn: (provider: Provider) => string;
}

/** The stand-ins that a run needs; none where every official plugin is there or could be installed. */
export async function choosePlugins(sources: PluginSources, report: Report): Promise<readonly StandIn[]> {
  const missing = providers.filter((provider) => !sources.installed(provider));
  if (missing.length === 0) return [];
  const standIns: StandIn[] = [];
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
    standIns.push({ name: provider, path: sources.standIn(provider) });
  }
  return standIns;
}

/** Whether a plugin's folder is there and no half-done installation lies beside it. */
export function isInstalled(pluginFolder: string, provider: string, version: string): boolean {
  const name = `resource-${provider}-v${version}`;
  const folder = join(pluginFolder, name);
  return existsSync(folder) && readdirSync(folder).length > 0 && !existsSync(`${folder}.partial`);
}
