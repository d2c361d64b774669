/** What an update would change, path by path. */
import type { DiffKind, PropertyDiff } from "../plugin/protocol.ts";
import { contains, formatPath, parsePath, type PropertyPath } from "../plugin/property-path.ts";
import { isMap, isUnknown, type Tree, type TreeMap } from "../plugin/values.ts";
import { type Mutability, immutableFields, touches } from "./immutable-fields.ts";
import { at, type KubeObject, kindOf, nameOf, namespaceOf } from "./object.ts";
import { annotationOf } from "./annotations.ts";
import { kindOfObject } from "./kind.ts";

export interface ObjectDiff {
  readonly detailed: ReadonlyMap<string, PropertyDiff>;
  /** The paths whose change takes a new object. */
  readonly replaces: readonly string[];
}

/** The difference between the live object, in the shape of the old inputs (`pruned`), and the new inputs. */
export function diffObjects(
  pruned: KubeObject,
  news: KubeObject,
  ignoreChanges: readonly string[],
  mutability: Mutability,
): ObjectDiff {
  const immutable = immutableFields(news, mutability);
  const otherKind = isOtherKind(pruned, news);
  return detailedChanges(pruned, news, ignoreChanges, (path, value) => {
    const identity = path.length === 1 && (path[0] === "apiVersion" || path[0] === "kind");
    return (identity && otherKind) || touches(immutable, path, value);
  });
}

/**
 * Every path at which the two differ.
 *
 * @param replaces whether the change of a path, to a value, takes a new resource.
 */
export function detailedChanges(
  olds: TreeMap,
  news: TreeMap,
  ignoreChanges: readonly string[],
  replaces: (path: PropertyPath, value: Tree | undefined) => boolean,
): ObjectDiff {
  const found: Change[] = [];
  compareMaps([], olds, news, found);
  const ignored = ignoreChanges.map((path) => parsePath(path));
  const detailed = new Map<string, PropertyDiff>();
  const replacing: string[] = [];
  for (const { path, kind, value } of found) {
    if (ignored.some((pattern) => contains(pattern, path))) continue;
    const replace = replaces(path, value);
    const text = formatPath(path);
    detailed.set(text, {
      kind: replace ? (`${kind}-replace` satisfies DiffKind) : kind,
      inputDiff: kind === "delete",
    });
    if (replace) replacing.push(text);
  }
  return { detailed, replaces: replacing };
}

/**
 * Whether the old object must go before the new one can come: the program named it, and the new one has the same name
 * in the same namespace.
 */
export function mustDeleteFirst(live: KubeObject, news: KubeObject): boolean {
  const isNamed = isUnknown(at(news, "metadata", "name")) || nameOf(news) !== "";
  return (
    isNamed &&
    annotationOf(news, "autonamed") !== "true" &&
    nameOf(news) === nameOf(live) &&
    namespaceOf(news) === namespaceOf(live)
  );
}

/** A version can change in place; a kind or a group is another object. */
function isOtherKind(pruned: KubeObject, news: KubeObject): boolean {
  const [left, right] = [kindOfObject(pruned), kindOfObject(news)];
  return kindOf(pruned) !== kindOf(news) || left.group !== right.group;
}

interface Change {
  readonly path: PropertyPath;
  readonly kind: "add" | "delete" | "update";
  /** The new value. */
  readonly value: Tree | undefined;
}

function compareMaps(path: PropertyPath, old: TreeMap, news: TreeMap, found: Change[]): void {
  for (const key of new Set([...Object.keys(old), ...Object.keys(news)])) {
    compare([...path, key], old[key], news[key], found);
  }
}

function compare(path: PropertyPath, old: Tree | undefined, value: Tree | undefined, found: Change[]): void {
  if (value === undefined || value === null) {
    if (old !== undefined && old !== null) found.push({ path, kind: "delete", value });
  } else if (old === undefined || old === null) {
    found.push({ path, kind: "add", value });
  } else if (isMap(old) && isMap(value)) {
    compareMaps(path, old, value, found);
  } else if (Array.isArray(old) && Array.isArray(value)) {
    for (let index = 0; index < Math.max(old.length, value.length); index += 1) {
      compare([...path, index], old[index], value[index], found);
    }
  } else if (isUnknown(value) || old !== value) {
    found.push({ path, kind: "update", value });
  }
}
