/** A stack as the engine sees it: an in-memory project and settings of this run, over copies in `.quint/work/`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ProjectSettings, Stack, StackSettings } from "@pulumi/pulumi/automation/index.js";
import { parse } from "yaml";
import type { OpenStack } from "../../config/index.ts";
import type { EngineCommand } from "./command.ts";
import type { LocalPlugin } from "./plugins.ts";

/** The program that registers a stack's resources and returns its outputs. */
export type Program = () => Promise<Record<string, unknown>>;

export interface EngineStackOptions {
  /** The clone, whose `Pulumi.yaml` describes the project. */
  readonly root: string;
  readonly stack: string;
  /** Folder that the engine may write to. */
  readonly workFolder: string;
  readonly backend: string;
  readonly secretsProvider: string;
  readonly settings: OpenStack["stackSettings"];
  /** Plugins that are found in a folder of ours and not among the installed ones. */
  readonly plugins: readonly LocalPlugin[];
  readonly program: Program;
}

/** Name of the project, in URNs and in the state. */
export const project = "quint";

/** Creates the stack in its backend, unless it is there, and returns it. Committed files are only read. */
export async function openEngineStack(command: EngineCommand, options: EngineStackOptions): Promise<Stack> {
  const { LocalWorkspace } = await import("@pulumi/pulumi/automation/index.js");
  return await LocalWorkspace.createOrSelectStack(
    { stackName: options.stack, projectName: project, program: options.program },
    {
      workDir: options.workFolder,
      pulumiCommand: command.asPulumiCommand(),
      secretsProvider: options.secretsProvider,
      projectSettings: projectSettings(options),
      stackSettings: { [options.stack]: stackSettings(options) },
    },
  );
}

/** The committed project, with what holds for this run only. */
function projectSettings({ root, backend, plugins }: EngineStackOptions): ProjectSettings {
  const committed = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as ProjectSettings;
  // The program runs here and not from a file.
  delete committed.main;
  return {
    ...committed,
    name: project,
    backend: { url: backend },
    ...(plugins.length === 0 ? {} : { plugins: { providers: plugins.map((plugin) => ({ ...plugin })) } }),
  };
}

/**
 * The stack file's content. The engine writes a salt or an encrypted key into its copy; it is carried over from run
 * to run, unless the stack file has one.
 */
function stackSettings({ stack, workFolder, settings }: EngineStackOptions): StackSettings {
  const written = writtenByEngine(join(workFolder, `Pulumi.${stack}.yaml`));
  return {
    ...written,
    ...settings,
    config: { ...settings.config },
  };
}

function writtenByEngine(file: string): StackSettings {
  try {
    const content = parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    const text = (key: string): string | undefined =>
      typeof content[key] === "string" ? content[key] : undefined;
    const [secretsProvider, encryptedKey, encryptionSalt] = [
      "secretsprovider",
      "encryptedkey",
      "encryptionsalt",
    ].map(text);
    return {
      ...(secretsProvider === undefined ? {} : { secretsProvider }),
      ...(encryptedKey === undefined ? {} : { encryptedKey }),
      ...(encryptionSalt === undefined ? {} : { encryptionSalt }),
    };
  } catch {
    return {}; // The first run.
  }
}
