/** Inputs: their types, and what has changed between two sets of them. */
import type { CheckFailure, DiffKind, DiffResult, PropertyDiff } from "../plugin/protocol.ts";
import { formatPath } from "../plugin/property-path.ts";
import { hasUnknown, isMap, isUnknown, sameTree, type Tree, type TreeMap } from "../plugin/values.ts";
import type { InputType, RandomResource } from "./resource.ts";

/** A value as its type wants it: numbers and booleans may come as text. Undefined where it is of another type. */
function coerced(value: Tree, type: InputType): Tree | undefined {
  switch (type) {
    case "number":
      if (typeof value === "string" && /^-?\d+$/.test(value)) return Number(value);
      return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
    case "boolean":
      if (value === "true" || value === "false") return value === "true";
      return typeof value === "boolean" ? value : undefined;
    case "string":
      return typeof value === "number" || typeof value === "boolean"
        ? String(value)
        : typeof value === "string"
          ? value
          : undefined;
    case "list":
      return Array.isArray(value) ? value : undefined;
    case "map":
      return isMap(value) ? value : undefined;
  }
}

/** The inputs with values of the right types, and everything that is wrong with them. */
export function checkInputs(
  resource: RandomResource,
  given: TreeMap,
): { readonly inputs: TreeMap; readonly failures: readonly CheckFailure[] } {
  const inputs: TreeMap = {};
  const failures: CheckFailure[] = [];
  for (const [property, value] of Object.entries(given)) {
    // The engine and the official provider keep things of their own beside the inputs.
    if (property.startsWith("__") || value === null) continue;
    const input = resource.inputs[property];
    const fitting = input === undefined || isUnknown(value) ? value : coerced(value, input.type);
    if (input === undefined)
      failures.push({ property, reason: `an unexpected argument "${property}" was provided` });
    else if (fitting === undefined)
      failures.push({ property, reason: `expected a value of type ${input.type}` });
    else inputs[property] = fitting;
  }
  for (const [property, { required }] of Object.entries(resource.inputs)) {
    if (required === true && given[property] === undefined) {
      failures.push({ property, reason: `missing required property "${property}"` });
    }
  }
  if (failures.length === 0 && !hasUnknown(inputs)) failures.push(...resource.problems(inputs));
  return { inputs, failures };
}

/**
 * What has changed, with the defaults filled in. Every change of an input makes another resource, since nothing that
 * is random can be changed: it would be drawn again.
 */
export function diffInputs(resource: RandomResource, state: TreeMap, news: TreeMap): DiffResult {
  const complete = resource.complete(news);
  const detailed = new Map<string, PropertyDiff>();
  for (const property of Object.keys(resource.inputs)) {
    const [old, value] = [state[property], complete[property]];
    if (property === "keepers") addKeepers(old, value, detailed);
    else if (!sameTree(old ?? undefined, value)) detailed.set(property, changeOf(old, value));
  }
  const replaces = [...new Set([...detailed.keys()].map((path) => path.replace(/[.[].*$/s, "")))];
  return { changes: detailed.size > 0, replaces, deleteBeforeReplace: false, detailedDiff: detailed };
}

/** A keeper without a value is no keeper. */
function addKeepers(
  old: Tree | undefined,
  news: Tree | undefined,
  detailed: Map<string, PropertyDiff>,
): void {
  if (isUnknown(news)) {
    detailed.set("keepers", changeOf(old, news));
    return;
  }
  const [left, right] = [isMap(old) ? old : {}, isMap(news) ? news : {}];
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const [before, after] = [left[key] ?? undefined, right[key] ?? undefined];
    if (!sameTree(before, after)) detailed.set(formatPath(["keepers", key]), changeOf(before, after));
  }
}

function changeOf(old: Tree | undefined, value: Tree | undefined): PropertyDiff {
  const kind: DiffKind =
    value === undefined ? "delete-replace" : old === undefined ? "add-replace" : "update-replace";
  return { kind, inputDiff: false };
}
