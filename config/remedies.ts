/** What to write in place of a wrong value. */
import { exampleLines, exampleOf, expected, outlineAt, type Outline } from "./schema/outline.ts";
import { plain } from "./values.ts";

/** What to write at a path: the expected type and range, and an example. */
export function write(path: readonly PropertyKey[], raw: unknown): string {
  const node = outlineAt(path, raw);
  if (node === undefined) return "leave it out";
  const example = exampleAt(path, node);
  return `${expected(node)}, e.g.${example.includes("\n") ? `\n${example}` : ` \`${example}\``}`;
}

/** A setting as one would write it: in YAML, by its name in the stack file, or as an entry of a list. */
export function exampleAt(path: readonly PropertyKey[], node: Outline): string {
  const step = path.at(-1);
  if (typeof step === "number") return `- ${JSON.stringify(exampleOf(node))}`;
  // The name may be the user's own: a label.
  const name = plain(String(step));
  return exampleLines(path.length === 1 ? `quint:${name}` : name, node);
}

/** The same value with quotes or without, where nothing else is wrong with it. */
export function requoted(value: unknown, type: Outline["type"]): string | undefined {
  if (typeof value === "string") return isWrittenAs(value, type) ? `${value}, without quotes` : undefined;
  const wantsQuotes = type === "string" && (typeof value === "number" || typeof value === "boolean");
  return wantsQuotes ? `"${value}", in quotes` : undefined;
}

/** Whether a text is a number or a truth value that was put in quotes. */
function isWrittenAs(text: string, type: Outline["type"]): boolean {
  if (type === "boolean") return text === "true" || text === "false";
  if (type === "integer") return /^\d{1,9}$/.test(text);
  return type === "number" && /^\d{1,9}(\.\d{1,9})?$/.test(text);
}
