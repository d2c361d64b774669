/** Changing one setting in a stack's file. */
import { randomUUID } from "node:crypto";
import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { SettingsError } from "./problems.ts";
import { openStackText } from "./sources.ts";
import { NotEditable, spliced } from "./splice.ts";
import { readStackFile } from "./stackfile.ts";
import { keyOf, shown } from "./values.ts";

export interface EditStackOptions {
  /** Folder of the project: where the stack files are. */
  readonly root: string;
  readonly stack: string;
  /** Keys on the way to the setting, e.g. `["quint:platforms", "cancer", "workloads", "api", "replicas"]`. */
  readonly path: readonly string[];
  /** New value; undefined takes the setting out of the file, so that its default holds. */
  readonly value: unknown;
}

/**
 * Changes one setting in a stack's file and leaves everything else as its author wrote it. The outcome is checked
 * first; the file is replaced as a whole or not at all.
 *
 * @returns the changed lines as a unified diff without context; empty where nothing changes.
 * @throws SettingsError when the file is, or would become, invalid.
 */
export function editStack({ root, stack, path, value }: EditStackOptions): string {
  const file = readStackFile(root, stack);
  const text = changedText(file.text, file.name, path, value);
  openStackText(file.path, stack, text);
  if (text === file.text) return "";
  replaceFile(file.path, text);
  return difference(file.name, file.text, text);
}

function changedText(text: string, name: string, path: readonly string[], value: unknown): string {
  try {
    return spliced(text, ["config", ...path], value);
  } catch (error) {
    if (!(error instanceof NotEditable)) throw error;
    const [first = "", ...rest] = path;
    throw new SettingsError(
      [
        {
          key: keyOf([first.replace(/^quint:/, ""), ...rest]),
          value: shown(value, path),
          reason: error.message,
          remedy: `change it in ${name} by hand`,
        },
      ],
      name,
    );
  }
}

/** Writes beside the file and renames: a reader sees the old file or the new one, never half of it. */
function replaceFile(path: string, text: string): void {
  const target = realpathSync(path);
  const draft = join(dirname(target), `.${randomUUID()}.tmp`);
  try {
    writeFileSync(draft, text, { mode: statSync(target).mode });
    renameSync(draft, target);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The lines that differ. One place changes, so what is equal before and after it is all the rest. */
function difference(name: string, before: string, after: string): string {
  const [old, young] = [before.split(/\r?\n/), after.split(/\r?\n/)];
  const most = Math.min(old.length, young.length);
  let first = 0;
  while (first < most && old[first] === young[first]) first++;
  let last = 0;
  while (last < most - first && old.at(-1 - last) === young.at(-1 - last)) last++;
  const removed = old.slice(first, old.length - last);
  const added = young.slice(first, young.length - last);
  return [
    `--- ${name}`,
    `+++ ${name}`,
    `@@ -${span(first, removed)} +${span(first, added)} @@`,
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
  ].join("\n");
}

/** Where lines stand in a file, as a unified diff counts: nothing stands after the line before it. */
function span(before: number, lines: readonly string[]): string {
  return `${lines.length === 0 ? before : before + 1},${lines.length}`;
}
