/** Differences between rendered trees as people read them. */
import type { FieldChange, ObjectChange } from "../render/difference.ts";
import { counted, paint } from "./terminal.ts";

const signs = {
  added: ["+", "green"],
  removed: ["-", "red"],
  changed: ["~", "yellow"],
} as const;

/** Longer values are cut: the files themselves have them whole. */
const longest = 80;

/** The lines, by folder of the application; a line that sums up last. */
export function differenceLines(changes: readonly ObjectChange[]): string[] {
  const folders = new Map<string, ObjectChange[]>();
  for (const change of changes) folders.set(change.folder, [...(folders.get(change.folder) ?? []), change]);
  return [
    ...[...folders].flatMap(([folder, inside]) => [folder, ...inside.flatMap(objectLines), ""]),
    summary(changes),
  ];
}

function objectLines({ change, kind, namespace, name, fields }: ObjectChange): string[] {
  const [sign, colour] = signs[change];
  const place = namespace === undefined ? name : `${namespace}/${name}`;
  return [paint(colour, `  ${sign} ${kind} ${place}`), ...fields.map((field) => `      ${fieldLine(field)}`)];
}

function fieldLine(field: FieldChange): string {
  if (!("before" in field)) return `+ ${field.path}: ${shown(field.after)}`;
  if (!("after" in field)) return `- ${field.path}: ${shown(field.before)}`;
  return `${field.path}: ${shown(field.before)} → ${shown(field.after)}`;
}

function shown(value: unknown): string {
  const text = typeof value === "string" && !value.includes("\n") ? value : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function summary(changes: readonly ObjectChange[]): string {
  const count = (change: ObjectChange["change"]) => changes.filter((other) => other.change === change).length;
  return changes.length === 0
    ? "nothing changes"
    : `${counted(changes.length, "object")}: ${count("added")} added, ${count("changed")} changed, ${count("removed")} removed`;
}
