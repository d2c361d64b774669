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
  return Object.entries(value)
    .map(([key, child]) => pathTo(matches, child, path === "" ? key : `${path}.${key}`))
    .find((found) => found !== undefined);
}
