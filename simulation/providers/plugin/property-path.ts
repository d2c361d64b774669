/** Property paths as the engine writes them: `spec.template`, `spec.http[0].route[*]`, `metadata.labels["a.b/c"]`. */

/** Keys are strings, places in a list are numbers; `*` stands for any key or place. */
export type PropertyPath = readonly (string | number)[];

const token = /\.?([^.[\]"]+)|\[(\d+)\]|\[\*\]|\["((?:[^"\\]|\\.)*)"\]/y;

/** Reads a path. Throws where the text is not one. */
export function parsePath(text: string): PropertyPath {
  const path: (string | number)[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const start = token.lastIndex;
    const match = token.exec(text);
    if (match === null)
      throw new Error(`"${text}" is not a property path: cannot read "${text.slice(start)}"`);
    const [, key, index, quoted] = match;
    if (key !== undefined) path.push(key);
    else if (index !== undefined) path.push(Number(index));
    else if (quoted !== undefined) path.push(quoted.replaceAll('\\"', '"'));
    else path.push("*");
  }
  return path;
}

/** Writes a path, with quotes around the keys that need them. */
export function formatPath(path: PropertyPath): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/[."[\]]/.test(step)) text += `["${step.replaceAll('"', '\\"')}"]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}

/** Whether `path` is what `pattern` says, or lies below it. */
export function contains(pattern: PropertyPath, path: PropertyPath): boolean {
  return (
    pattern.length <= path.length && pattern.every((step, index) => step === "*" || step === path[index])
  );
}
