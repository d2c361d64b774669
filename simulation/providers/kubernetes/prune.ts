/** Live objects in the shape of the inputs: without what the cluster added. */
import { isMap, isUnknown, type Tree, type TreeMap } from "../plugin/values.ts";
import type { KubeObject } from "./object.ts";

/**
 * The parts of the live object that the inputs have too, with the live values. Lists are compared place by place, and
 * cut to the length of the inputs'.
 *
 * The API server leaves out empty values: `labels: {}`, `hostNetwork: false`. Where the inputs have one and the live
 * object has not, it counts as there, or a program that says so would find a change in every run.
 *
 * @param before the live object as it was known: an empty value that was in it, and is not in `live`, was taken out
 *   by somebody.
 */
export function pruneLive(live: KubeObject, inputs: KubeObject, before: KubeObject = live): KubeObject {
  const pruned: TreeMap = {};
  for (const [key, target] of Object.entries(inputs)) {
    const value = live[key];
    if (value !== undefined) pruned[key] = pruneValue(value, target, before[key]);
    else if (before[key] === undefined && isEmpty(target)) pruned[key] = target;
  }
  return pruned;
}

function pruneValue(live: Tree, inputs: Tree, before: Tree | undefined): Tree {
  if (isMap(live) && isMap(inputs)) return pruneLive(live, inputs, isMap(before) ? before : {});
  if (!Array.isArray(live) || !Array.isArray(inputs)) return live;
  const known = Array.isArray(before) ? before : [];
  return inputs
    .slice(0, live.length)
    .map((target, index) => pruneValue(live[index] ?? null, target, known[index]));
}

/** The zero values of the API's types, and what holds nothing else. */
function isEmpty(value: Tree): boolean {
  if (isUnknown(value)) return false;
  if (Array.isArray(value)) return value.every(isEmpty);
  if (isMap(value)) return Object.values(value).every(isEmpty);
  return value === null || value === false || value === 0 || value === "";
}
