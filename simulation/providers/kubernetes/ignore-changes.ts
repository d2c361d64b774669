/** The resource option `ignoreChanges`, when an update is sent. */
import { parsePath, type PropertyPath } from "../plugin/property-path.ts";
import { isMap, type Tree } from "../plugin/values.ts";
import { ownersOf } from "./field-managers.ts";
import { copyTree, type KubeObject, removeAt } from "./object.ts";

/**
 * The inputs of an apply that leaves the ignored fields as they are. A field that belongs to another manager alone is
 * left out; one that belongs to us gets its live value, since leaving it out would unset it.
 */
export function withoutIgnored(
  inputs: KubeObject,
  live: KubeObject,
  ignoreChanges: readonly string[],
  fieldManager: string,
): KubeObject {
  const result = copyTree(inputs);
  for (const ignored of ignoreChanges) {
    const path = parsePath(ignored);
    const keys = path.filter((step): step is string => typeof step === "string" && step !== "*");
    if (keys.length === path.length) {
      const { ours, theirs } = ownersOf(live, keys, fieldManager);
      if (theirs && !ours) {
        removeAt(result, ...keys);
        continue;
      }
    }
    restore(result, live, path);
  }
  return result;
}

/** Copies the live values at the path into the inputs; where the live object has none, the inputs keep their own. */
function restore(inputs: Tree, live: Tree, path: PropertyPath): void {
  const [step, ...rest] = path;
  if (step === undefined) return;
  for (const key of keysAt(step, live)) {
    const value = child(live, key);
    if (value === undefined) continue;
    if (rest.length > 0) {
      const inside = child(inputs, key);
      if (inside !== undefined) restore(inside, value, rest);
    } else if (Array.isArray(inputs) && typeof key === "number") {
      if (key < inputs.length) inputs[key] = copyTree(value);
    } else if (isMap(inputs) && typeof key === "string") {
      inputs[key] = copyTree(value);
    }
  }
}

function keysAt(step: string | number, live: Tree): readonly (string | number)[] {
  if (step !== "*") return [step];
  if (Array.isArray(live)) return live.map((_, index) => index);
  return isMap(live) ? Object.keys(live) : [];
}

function child(value: Tree, key: string | number): Tree | undefined {
  if (Array.isArray(value)) return typeof key === "number" ? value[key] : undefined;
  return isMap(value) && typeof key === "string" ? value[key] : undefined;
}
