/** A stack, opened outside the engine: its settings, and its configuration in the engine's own form. */
import { examplesIn } from "./examples.ts";
import { parseSettings } from "./parse.ts";
import { applyOverrides, type StackOverrides } from "./overrides.ts";
import type { Problem } from "./problems.ts";
import type { Settings } from "./settings.ts";
import { ownKeys, parseStackFile, readStackFile, type StackFile } from "./stackfile.ts";
import { isMapping, secretPaths } from "./values.ts";

export type { StackOverrides } from "./overrides.ts";

/** A stack as its file describes it, with overrides applied. */
export interface OpenStack {
  readonly settings: Settings;
  /** Type of the cluster that the file names, whatever the overrides put in its place: `local`, for one. */
  readonly writtenCluster: string;
  /** Path of the stack file. */
  readonly file: string;
  /**
   * Configuration as the Automation API's `setAllConfig` takes it: structured values as JSON. Providers' values that
   * hold secrets are not in it, since they have no plain value: they are in `stackSettings`.
   */
  readonly engineConfig: Readonly<Record<string, { readonly value: string }>>;
  /**
   * The whole stack file as the Automation API's `stackSettings` takes it, or as a stack file to be written elsewhere:
   * every namespace, providers' secrets as they are (encrypted), and what is needed to decrypt them.
   */
  readonly stackSettings: StackFileSettings;
  /** Examples that stand where only the user knows what to write: no cluster is made with them. */
  readonly examples: readonly Problem[];
}

/** What a stack file holds, in the Automation API's spelling. */
export interface StackFileSettings {
  readonly secretsProvider?: string;
  readonly encryptedKey?: string;
  readonly encryptionSalt?: string;
  readonly config: Readonly<Record<string, unknown>>;
}

export interface OpenStackOptions {
  /** Folder of the project: where the stack files are. */
  readonly root: string;
  readonly stack: string;
  readonly overrides?: StackOverrides;
  /** Text in place of the file's: what a change that is not written yet would make of it. */
  readonly text?: string;
}

/**
 * Reads a stack's file and checks it.
 *
 * @throws SettingsError with every problem of the file, or of the overrides.
 */
export function openStack({ root, stack, overrides = {}, text }: OpenStackOptions): OpenStack {
  const file = readStackFile(root, stack);
  return openStackFile(
    text === undefined ? file : parseStackFile(file.path, file.name, text),
    stack,
    overrides,
  );
}

/**
 * Checks the text of a stack file that is not written yet.
 *
 * @throws SettingsError as {@link openStack} does.
 */
export function openStackText(path: string, stack: string, text: string): OpenStack {
  return openStackFile(parseStackFile(path, `Pulumi.${stack}.yaml`, text), stack, {});
}

function openStackFile(file: StackFile, stack: string, overrides: StackOverrides): OpenStack {
  const config = applyOverrides(file.config, overrides);
  const written = { stack, values: ownKeys(config), source: file.name, whereIs: file.whereIs };
  const settings = parseSettings(written);
  const own = file.config["quint:cluster"];
  return {
    settings,
    writtenCluster: isMapping(own) && typeof own.type === "string" ? own.type : settings.cluster.type,
    file: file.path,
    engineConfig: engineConfigOf(config),
    stackSettings: stackSettingsOf(file, config),
    examples: examplesIn(settings, written),
  };
}

function engineConfigOf(config: Readonly<Record<string, unknown>>): Record<string, { value: string }> {
  return Object.fromEntries(
    Object.entries(config)
      .filter(([, value]) => secretPaths(value).length === 0)
      .map(([key, value]) => [key, { value: engineText(value) }]),
  );
}

/** A value as the engine hands it to a program: text as it is, anything else as JSON. */
function engineText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function stackSettingsOf(file: StackFile, config: Readonly<Record<string, unknown>>): StackFileSettings {
  const { secretsprovider, encryptedkey, encryptionsalt } = file.content;
  return {
    ...(typeof secretsprovider === "string" ? { secretsProvider: secretsprovider } : {}),
    ...(typeof encryptedkey === "string" ? { encryptedKey: encryptedkey } : {}),
    ...(typeof encryptionsalt === "string" ? { encryptionSalt: encryptionsalt } : {}),
    config,
  };
}
