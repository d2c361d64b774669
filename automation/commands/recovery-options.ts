/** What the commands of backups and recovery have in common. */
import { Option, type Command } from "commander";
import type { Settings } from "../../config/index.ts";
import type { Platform } from "../../platforms/model/index.ts";
import type { Client, ClusterAccess } from "../cluster/access.ts";
import { badInput } from "../exit.ts";
import { projectRoot } from "../paths.ts";
import { exitCodeHelp } from "./delivery-options.ts";
import { clusterOption, jsonOption, overridesOf, type SharedOptions } from "./shared-options.ts";

export interface RecoveryOptions extends SharedOptions {
  readonly stack: string;
}

/** Dev by default, other than a delivery: who tries a restore means no production. */
export function recoveryOptions(command: Command): Command {
  return command
    .addOption(new Option("--stack <stack>", "stack: a file Pulumi.<stack>.yaml").default("dev"))
    .addOption(clusterOption())
    .addOption(jsonOption());
}

/** The end of every help text. */
export const recoveryHelp = (ways: Readonly<Record<number, string>>): string =>
  exitCodeHelp(ways, "docs/backup.md");

/** What is said where nothing that backs up or restores runs. */
export const simulatedSkip =
  "Skipped: on a simulated cluster neither Velero nor CloudNativePG nor a job's container runs. The API server looked at " +
  "every request; `make test` runs the same drill on real stores.";

export interface Recovery {
  readonly settings: Settings;
  readonly platform: Platform;
  readonly client: Client;
  readonly access: ClusterAccess;
  /** Whether what is asked for is carried out. */
  readonly really: boolean;
  /** Folder of the stack's runs. */
  readonly folder: string;
}

/** Opens the stack for one platform. @throws CommandError where the stack does not have it. */
export async function recoveryOf(name: string, options: RecoveryOptions): Promise<Recovery> {
  const { openForRun } = await import("../session/open.ts");
  const { accessTo, connect } = await import("../cluster/access.ts");
  const { describePlatforms } = await import("../../platforms/index.ts");
  const { workFolderOf } = await import("../paths.ts");
  const { stack } = options;
  const { settings, apart } = openForRun({ root: projectRoot, stack, overrides: overridesOf(options) });
  const platforms = describePlatforms(settings);
  const platform = platforms.find((one) => one.name === name);
  if (platform === undefined)
    throw badInput(
      `${stack} has no platform ${name}.`,
      `It has: ${platforms.map((one) => one.name).join(", ")}.`,
    );
  const access = accessTo(settings, projectRoot);
  return {
    settings,
    platform,
    access,
    client: await connect(access),
    really: !access.simulated,
    folder: workFolderOf(projectRoot, stack, apart).folder,
  };
}
