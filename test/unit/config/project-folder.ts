/** Settings for tests: the repository's own stacks, and changed copies of them in folders that are thrown away. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseSettings } from "../../../config/parse.ts";
import { SettingsError, type Problem } from "../../../config/problems.ts";
import type { Settings } from "../../../config/settings.ts";
import { stackFile, stackValues } from "../../support/stack-files.ts";

export { root } from "../../support/stack-files.ts";
export const stacks = ["dev", "staging", "production"] as const;
export type Stack = (typeof stacks)[number];

/** New values by path, as in `cluster.nodePools.0.cpu`; `*` is every entry of a list, undefined takes a key out. */
export type Change = Readonly<Record<string, unknown>>;

/** The settings of a stack after a change. */
export function changed(stack: Stack, change: Change): Settings {
  const values = stackValues(stack);
  for (const [path, value] of Object.entries(change)) put(values, path.split("."), value);
  return parseSettings({ stack, values, source: `Pulumi.${stack}.yaml` });
}

function put(holder: Record<string, unknown>, [step = "", ...rest]: readonly string[], value: unknown): void {
  if (step === "*") for (const key of Object.keys(holder)) put(holder, [key, ...rest], value);
  else if (rest.length > 0) put((holder[step] ??= {}) as Record<string, unknown>, rest, value);
  else if (value === undefined) Reflect.deleteProperty(holder, step);
  else holder[step] = value;
}

/** What is wrong with a stack after a change. */
export function problemsAfter(stack: Stack, change: Change): readonly Problem[] {
  return refusal(() => changed(stack, change)).problems;
}

/** The SettingsError that an action throws; anything else fails the test. */
export function refusal(action: () => unknown): SettingsError {
  try {
    action();
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
  throw new Error("the settings were accepted");
}

const folders: string[] = [];

/** A folder with copies of the stack files, and other files beside them. Call {@link removeFolders} after the tests. */
export function projectFolder(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "quint-config-"));
  folders.push(folder);
  for (const stack of stacks) writeFileSync(join(folder, `Pulumi.${stack}.yaml`), stackFile(stack));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
}
