/** The valid name that a user most likely meant. */
import { distance } from "fastest-levenshtein";

/** The nearest of the valid names, or nothing when none is near: a third of the letters may differ, at most three. */
export function nearest(written: string, valid: readonly string[]): string | undefined {
  const ranked = valid
    .map((name) => ({ name, edits: editsBetween(written.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits || a.name.localeCompare(b.name, "en"));
  const [best] = ranked;
  if (best === undefined || written.length > 200) return undefined;
  const allowed = Math.min(3, Math.floor(Math.max(written.length, best.name.length) / 3));
  if (best.edits <= allowed) return best.name;
  // `prod` for `production`: an abbreviation is far by letters and near by sense.
  return written.length < 3
    ? undefined
    : valid.find((name) => name.toLowerCase().startsWith(written.toLowerCase()));
}

/** Two letters that changed places are one slip, not two. */
function editsBetween(written: string, name: string): number {
  const edits = distance(written, name);
  const letters = (text: string) => Array.from(text).sort().join("");
  return edits === 2 && letters(written) === letters(name) ? 1 : edits;
}

/** What to write instead of a name that is not valid: the nearest one, or all of them. */
export function suggestion(written: string, valid: readonly string[]): string {
  if (valid.length === 0) return "leave it out: nothing can stand here";
  const near = nearest(written, valid);
  if (near !== undefined) return `\`${near}\``;
  return valid.length === 1 ? `\`${valid[0] ?? ""}\`` : `one of ${quoted(valid)}`;
}

/** Names in code quotes, one after the other. */
export function quoted(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}
