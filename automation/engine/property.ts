/** Properties of the engine's resources, by path. */

/** The value at a path such as `spec.containers[0].image` or `metadata.labels["a.b/c"]`. */
export function valueAt(value: unknown, path: string): unknown {
  let here = value;
  for (const match of path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)) {
    const key = match[1] ?? match[2] ?? match[3] ?? "";
    if (typeof here !== "object" || here === null) return undefined;
    here = (here as Record<string, unknown>)[key];
  }
  return here;
}

/** The text at a path; `undefined` for anything else. */
export function textAt(value: unknown, path: string): string | undefined {
  const found = valueAt(value, path);
  return typeof found === "string" ? found : undefined;
}

/** A value that fits in a line; `undefined` for anything structured or long. */
export function shortText(value: unknown): string | undefined {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" && value.length <= 80 && !value.includes("\n") ? value : undefined;
}
