/** Looking for a value inside of another. */

/** The path of the first value inside `value` that matches, `value` itself at `path`; nothing where none does. */
export function pathTo(
  matches: (value: unknown) => boolean,
  value: unknown,
  path: string,
): string | undefined {
  if (matches(value)) {
    return path;
  }
  if (typeof value !== "object" || value === null) {
    return undefined;
  }
  for (const [key, child] of Object.entries(value)) {
    const found = pathTo(matches, child, path === "" ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
