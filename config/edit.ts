/** Changing settings in a stack's file. */
import { randomUUID } from "node:crypto";
import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { SettingsError } from "./problems.ts";
import { openStackText } from "./sources.ts";
import { NotEditable, spliced } from "./splice.ts";
import { readStackFile } from "./stackfile.ts";
import { keyOf, shown } from "./values.ts";

/** A new value of a setting. */
export interface SettingEdit {
  /** Keys on the way to the setting, e.g. `["quint:platforms", "cancer", "workloads", "api", "replicas"]`. */
  readonly path: readonly string[];
  /** New value; undefined takes the setting out of the file, so that its default holds. */
  readonly value: unknown;
}

export interface EditStackOptions extends SettingEdit {
  /** Folder of the project: where the stack files are. */
  readonly root: string;
  readonly stack: string;
}

/** A stack's file before and after a change that is not written yet. */
export interface PlannedEdit {
  /** Path of the stack file. */
  readonly file: string;
  readonly before: string;
  readonly after: string;
  /** The changed lines as a unified diff without context; empty where nothing changes. */
  readonly difference: string;
}

/**
 * Changes one setting in a stack's file and leaves everything else as its author wrote it. The outcome is checked
 * first; the file is replaced as a whole or not at all.
 *
 * @returns the changed lines as a unified diff without context; empty where nothing changes.
 * @throws SettingsError when the file is, or would become, invalid.
 */
export function editStack({ root, stack, ...edit }: EditStackOptions): string {
  const { file, before, after, difference } = planEdits(root, stack, [edit]);
  if (after !== before) replaceFile(file, after);
  return difference;
}

/**
 * Several changes to a stack's file, made one after the other and checked together; nothing is written.
 *
 * @throws SettingsError when the file is, or would become, invalid.
 */
export function planEdits(root: string, stack: string, edits: readonly SettingEdit[]): PlannedEdit {
  const file = readStackFile(root, stack);
  const texts = [file.text];
  for (const { path, value } of edits)
    texts.push(changedText(texts.at(-1) ?? file.text, file.name, path, value));
  const after = texts.at(-1) ?? file.text;
  openStackText(file.path, stack, after);
  const hunks = texts.slice(1).flatMap((text, index) => hunkOf(texts[index] ?? "", text));
  const difference = after === file.text ? "" : [`--- ${file.name}`, `+++ ${file.name}`, ...hunks].join("\n");
  return { file: file.path, before: file.text, after, difference };
}

/** Writes the text that a plan arrived at, or puts back the one that it started from. */
export function writeStackFile(file: string, text: string): void {
  replaceFile(file, text);
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

/** The lines that differ, none where none does. One place changes, so what is equal before and after it is all the rest. */
function hunkOf(before: string, after: string): string[] {
  if (before === after) return [];
  const [old, young] = [before.split(/\r?\n/), after.split(/\r?\n/)];
  const most = Math.min(old.length, young.length);
  let first = 0;
  while (first < most && old[first] === young[first]) first++;
  let last = 0;
  while (last < most - first && old.at(-1 - last) === young.at(-1 - last)) last++;
  const removed = old.slice(first, old.length - last);
  const added = young.slice(first, young.length - last);
  return [
    `@@ -${span(first, removed)} +${span(first, added)} @@`,
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
  ];
}

/** Where lines stand in a file, as a unified diff counts: nothing stands after the line before it. */
function span(before: number, lines: readonly string[]): string {
  return `${lines.length === 0 ? before : before + 1},${lines.length}`;
}
