/** One change to a YAML text that leaves every other character alone: comments, order, quotes, spacing. */
import { isDeepStrictEqual } from "node:util";
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
  stringify,
  type Node,
  type Pair,
  type YAMLMap,
} from "yaml";
import { isMapping } from "./values.ts";

type Entry = Pair<Node, Node | null>;

/** Text that takes the place of the characters from `start` to `end`. */
interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A place in the document that such a change cannot be made at. */
export class NotEditable extends Error {
  override readonly name = "NotEditable";
}

/**
 * The text with one value set, or removed where `value` is undefined. Mappings on the way are made where missing; a
 * mapping that loses its last key stays, empty.
 *
 * @throws NotEditable where the path leads through an alias or past the end of a list.
 */
export function spliced(text: string, path: readonly string[], value: unknown): string {
  const document = parseDocument(text, { merge: true, logLevel: "error" });
  const splice =
    value === undefined
      ? removal(document.contents, path, text)
      : insertion(document.contents, path, text, value);
  if (splice === undefined) return text;
  const changed = text.slice(0, splice.start) + splice.text + text.slice(splice.end);
  // The ranges are the parser's, and an anchor's value counts wherever it is named: this proves that one value changed.
  const expected = withValue(document.toJS(), path, value);
  if (!isDeepStrictEqual(parseDocument(changed, { merge: true, logLevel: "error" }).toJS(), expected)) {
    throw new NotEditable("cannot be changed without changing something else");
  }
  return changed;
}

/** Plain data with one value changed; the original stays as it is. */
function withValue(content: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(content))
    return content.with(Number(step), withValue(content[Number(step)], rest, value));
  const { [step]: old, ...others } = isMapping(content) ? content : {};
  if (rest.length === 0 && value === undefined) return others;
  return { ...others, [step]: withValue(old, rest, value) };
}

function insertion(root: unknown, path: readonly string[], text: string, value: unknown): Splice {
  let node: unknown = root;
  for (const [index, step] of path.entries()) {
    if (isMap(node)) {
      const entry = entryOf(node, step);
      if (entry === undefined) return added(node, nested(path.slice(index), value), text);
      node = entry.value ?? entry.key;
    } else if (isSeq(node) && isNode(node.items[Number(step)])) {
      node = node.items[Number(step)];
    } else if (isScalar(node) && node.value === null) {
      return replaced(node, nested(path.slice(index), value), text);
    } else {
      throw new NotEditable(isAlias(node) ? "stands behind an alias" : "has nothing to hold it");
    }
  }
  return replaced(node, value, text);
}

function replaced(node: unknown, value: unknown, text: string): Splice {
  const [start, end] = extent(node, text);
  const empty = start === end && text[start - 1] === ":";
  return { start, end, text: (empty ? " " : "") + inline(value) };
}

/** Adds a key at the end of a mapping, in the style of the mapping. */
function added(map: YAMLMap, addition: Record<string, unknown>, text: string): Splice {
  const last = map.items.at(-1) as Entry | undefined;
  const [start, end] = extent(map, text);
  if (last === undefined) return { start, end, text: inline(addition) };
  const [, lastEnd] = extent(last.value ?? last.key, text);
  if (map.flow === true) return { start: lastEnd, end: lastEnd, text: `, ${inlinePairs(addition)}` };
  const at = endOfLine(text, lastEnd);
  const indent = " ".repeat(column(text, start));
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const lines = stringify(addition, { lineWidth: 0 }).trimEnd().split("\n");
  return { start: at, end: at, text: lines.map((line) => newline + indent + line).join("") };
}

function removal(root: unknown, path: readonly string[], text: string): Splice | undefined {
  let node: unknown = root;
  let holder: Entry | undefined;
  for (const step of path.slice(0, -1)) {
    if (isMap(node)) holder = entryOf(node, step);
    node = isMap(node) ? holder?.value : isSeq(node) ? node.items[Number(step)] : undefined;
    if (isAlias(node)) throw new NotEditable("stands behind an alias");
  }
  const last = path.at(-1);
  if (!isMap(node) || last === undefined) return undefined;
  const index = node.items.findIndex((pair) => keyOf(pair as Entry) === last);
  const entry = node.items[index] as Entry | undefined;
  if (entry === undefined) return undefined;
  const [start] = extent(entry.key, text);
  const [, end] = extent(entry.value ?? entry.key, text);
  const next = node.items[index + 1] as Entry | undefined;
  const before = node.items[index - 1] as Entry | undefined;
  if (next === undefined && before === undefined) return emptied(node, holder, text);
  if (node.flow === true) {
    return next === undefined && before !== undefined
      ? { start: extent(before.value ?? before.key, text)[1], end, text: "" }
      : { start, end: extent(next?.key, text)[0], text: "" };
  }
  const line = text.lastIndexOf("\n", start - 1) + 1;
  // The first key of a list's entry shares its line with the dash: the next key moves up.
  if (text.slice(line, start).trim() !== "") return { start, end: extent(next?.key, text)[0], text: "" };
  return { start: line, end: Math.min(text.length, endOfLine(text, end) + 1), text: "" };
}

/** A mapping without its last key: `{}`, on the line of the key that holds it unless a comment stands between. */
function emptied(map: YAMLMap, holder: Entry | undefined, text: string): Splice {
  const [start, end] = extent(map, text);
  const afterKey = holder === undefined ? start : extent(holder.key, text)[1];
  const between = text.slice(afterKey, start);
  return holder === undefined || !/^\s*:\s*$/.test(between)
    ? { start, end, text: "{}" }
    : { start: afterKey, end, text: ": {}" };
}

function entryOf(map: YAMLMap, key: string): Entry | undefined {
  return (map.items as Entry[]).find((pair) => keyOf(pair) === key);
}

function keyOf({ key }: Entry): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}

/** From the first to the last character of a node. The parser counts a block's trailing blank lines and comments in. */
function extent(node: unknown, text: string): [number, number] {
  const range = isNode(node) ? node.range : undefined;
  if (!range) throw new NotEditable("has no place in the file");
  const [start, end] = range;
  return [start, start + text.slice(start, end).trimEnd().length];
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  if (end < 0) return text.length;
  return text[end - 1] === "\r" ? end - 1 : end;
}

function column(text: string, at: number): number {
  return at - (text.lastIndexOf("\n", at - 1) + 1);
}

function nested(path: readonly string[], value: unknown): Record<string, unknown> {
  return path.reduceRight<unknown>((inner, step) => ({ [step]: inner }), value) as Record<string, unknown>;
}

/** A value on one line, quoted so that it may stand in a flow collection too. */
function inline(value: unknown): string {
  return isMapping(value) && Object.keys(value).length === 0 ? "{}" : flow([value]);
}

function inlinePairs(pairs: Record<string, unknown>): string {
  return flow(pairs);
}

/** The inside of a flow collection. */
function flow(collection: object): string {
  return stringify(collection, { collectionStyle: "flow", lineWidth: 0 }).trim().slice(1, -1).trim();
}
