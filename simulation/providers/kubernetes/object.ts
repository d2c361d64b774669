/** Reading Kubernetes objects that may be incomplete, or (in a preview) partly unknown. */
import { isMap, isUnknown, type Tree, type TreeMap } from "../plugin/values.ts";

/** An object as the API server speaks it, or as the program gives it. */
export type KubeObject = TreeMap;

/** The value at a path of keys; undefined where a part of it is missing or unknown. */
export function at(object: Tree | undefined, ...path: readonly string[]): Tree | undefined {
  let value = object;
  for (const key of path) {
    if (!isMap(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** The string at a path; empty where there is none. */
export function text(object: Tree | undefined, ...path: readonly string[]): string {
  const value = at(object, ...path);
  return typeof value === "string" ? value : "";
}

/** The number at a path; undefined where there is none. */
export function count(object: Tree | undefined, ...path: readonly string[]): number | undefined {
  const value = at(object, ...path);
  return typeof value === "number" ? value : undefined;
}

/** The list at a path; empty where there is none. */
export function list(object: Tree | undefined, ...path: readonly string[]): readonly Tree[] {
  const value = at(object, ...path);
  return Array.isArray(value) ? value : [];
}

/** The objects of a list, each with the API version and kind that only the list names. */
export function itemsOf(answer: KubeObject): readonly KubeObject[] {
  const [apiVersion, kind] = [text(answer, "apiVersion"), text(answer, "kind").replace(/List$/, "")];
  return list(answer, "items")
    .filter((item) => isMap(item))
    .map((item) => ({ apiVersion, kind, ...item }));
}

export const nameOf = (object: KubeObject): string => text(object, "metadata", "name");
export const namespaceOf = (object: KubeObject): string => text(object, "metadata", "namespace");
export const uidOf = (object: KubeObject): string => text(object, "metadata", "uid");
export const kindOf = (object: KubeObject): string => text(object, "kind");

/** The resource ID: `namespace/name`, or `name` outside of namespaces. */
export function idOf(object: KubeObject): string {
  const namespace = namespaceOf(object);
  return namespace === "" ? nameOf(object) : `${namespace}/${nameOf(object)}`;
}

/** The two parts of a resource ID. */
export function parseId(id: string): { namespace: string; name: string } {
  const [first = "", second] = id.split("/");
  return second === undefined ? { namespace: "", name: first } : { namespace: first, name: second };
}

/** An entry of `status.conditions`. */
export interface Condition {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number | undefined;
}

/** The condition of that type (in any case of letters, as `kubectl wait` compares). */
export function conditionOf(object: KubeObject, type: string): Condition | undefined {
  const found = list(object, "status", "conditions").find(
    (condition) => text(condition, "type").toLowerCase() === type.toLowerCase(),
  );
  if (found === undefined) return undefined;
  return {
    status: text(found, "status"),
    reason: text(found, "reason"),
    message: text(found, "message"),
    observedGeneration: count(found, "observedGeneration"),
  };
}

/** Whether `object` names `owner` in its owner references. Grandparents do not count. */
export function isOwnedBy(object: KubeObject, owner: KubeObject | undefined): boolean {
  const uid = owner === undefined ? "" : uidOf(owner);
  return (
    uid !== "" &&
    list(object, "metadata", "ownerReferences").some((reference) => text(reference, "uid") === uid)
  );
}

/** Sets `metadata.<key>`. Leaves the object alone where `metadata` is unknown: there is nothing to write into. */
export function setMetadata(object: KubeObject, key: string, value: Tree): void {
  if (isUnknown(object.metadata)) return;
  if (!isMap(object.metadata)) object.metadata = {};
  object.metadata[key] = value;
}

/** Removes the value at a path of keys, if it is there. */
export function removeAt(object: KubeObject, ...path: readonly string[]): void {
  const parent = at(object, ...path.slice(0, -1));
  const key = path.at(-1);
  if (isMap(parent) && key !== undefined) Reflect.deleteProperty(parent, key);
}

/** A deep copy: JSON values and unknown ones. */
export function copyTree<T extends Tree>(value: T): T;
export function copyTree(value: Tree): Tree {
  if (Array.isArray(value)) return value.map((element) => copyTree(element));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, copyTree(element)]));
}
