/**
 * Inputs in the form in which the API server will give them back, so that two ways to write the same object are no
 * difference.
 */
import { hasUnknown, isMap, type Tree, type TreeMap } from "../plugin/values.ts";
import { isBuiltIn, isCustomResourceDefinition, isSecretKind, kindOfObject } from "./kind.ts";
import { at, copyTree, type KubeObject, removeAt } from "./object.ts";
import { canonicalQuantity } from "./quantity.ts";

/** Set by the API server; a program cannot set them, and an imported object has them all. */
const readOnlyMetadata = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
] as const;

/** Keys below which built-in kinds have a map of quantities. */
const quantityMaps = new Set([
  "allocatable",
  "capacity",
  "default",
  "defaultRequest",
  "hard",
  "limits",
  "max",
  "maxLimitRequestRatio",
  "min",
  "overhead",
  "podFixed",
  "requests",
]);

/** Keys of built-in kinds whose value is one quantity. */
const quantityFields = new Set(["averageValue", "divisor", "sizeLimit"]);

/** Maps that the API's types leave out when they are empty. An empty object elsewhere (`podSelector: {}`) says something. */
const omittedWhenEmpty = new Set([
  "annotations",
  "binaryData",
  "data",
  "hard",
  "labels",
  "limits",
  "matchLabels",
  "nodeSelector",
  "parameters",
  "requests",
]);

/** Free-form parts, in which a key of that name means nothing. */
const opaque = new Set(["annotations", "binaryData", "data", "labels", "metadata", "stringData"]);

/** A normalised copy. Objects with unknown parts keep their form: half of a Secret's data cannot be merged. */
export function normalizeInputs(inputs: KubeObject): KubeObject {
  const object = copyTree(inputs);
  const type = kindOfObject(object);
  if (!hasUnknown(object)) {
    if (isBuiltIn(type)) dropEmpty(object);
    if (isSecretKind(type)) normalizeSecret(object);
    else if (isCustomResourceDefinition(type)) normalizeDefinition(object);
    else if (isBuiltIn(type)) normalizeQuantities(object);
  }
  for (const key of readOnlyMetadata) removeAt(object, "metadata", key);
  return object;
}

/**
 * Takes out what the API's types leave out. Sent in an apply, an empty map would become ours, and a conflict for
 * whoever puts something into it.
 */
function dropEmpty(value: Tree): void {
  if (Array.isArray(value)) {
    for (const element of value) dropEmpty(element);
    return;
  }
  if (!isMap(value)) return;
  for (const [key, element] of Object.entries(value)) {
    const isEmptyMap = isMap(element) && Object.keys(element).length === 0;
    const isEmptyList = Array.isArray(element) && element.length === 0;
    if (element === null || isEmptyList || (isEmptyMap && omittedWhenEmpty.has(key))) {
      Reflect.deleteProperty(value, key);
    } else if (key === "metadata" || !opaque.has(key)) dropEmpty(element);
  }
}

/** The API server writes `stringData` over `data`, and re-encodes `data`. */
function normalizeSecret(object: KubeObject): void {
  const data: TreeMap = {};
  const given = at(object, "data");
  const strings = at(object, "stringData");
  const hasStrings = isMap(strings) && Object.keys(strings).length > 0;
  if (isMap(given)) {
    for (const [key, value] of Object.entries(given))
      data[key] = typeof value === "string" ? reencoded(value) : value;
  }
  if (hasStrings) {
    for (const [key, value] of Object.entries(strings)) {
      if (typeof value === "string") data[key] = Buffer.from(value, "utf8").toString("base64");
    }
    delete object.stringData;
  }
  if (isMap(given) || hasStrings) object.data = data;
}

/** Base64 without the white space that decoding ignores; what is no base64 stays for the API server to refuse. */
function reencoded(value: string): string {
  const compact = value.replaceAll(/[\r\n]/g, "");
  const again = Buffer.from(compact, "base64").toString("base64");
  return again === compact ? again : value;
}

/** Both are dropped by the API server. */
function normalizeDefinition(object: KubeObject): void {
  if (at(object, "spec", "preserveUnknownFields") === false)
    removeAt(object, "spec", "preserveUnknownFields");
  removeAt(object, "status");
}

function normalizeQuantities(value: Tree): void {
  if (Array.isArray(value)) {
    for (const element of value) normalizeQuantities(element);
    return;
  }
  if (!isMap(value)) return;
  for (const [key, element] of Object.entries(value)) {
    if (opaque.has(key)) continue;
    if (quantityFields.has(key)) value[key] = canonical(element);
    else if (quantityMaps.has(key) && isMap(element) && isFlat(element)) {
      for (const [name, quantity] of Object.entries(element)) element[name] = canonical(quantity);
    } else {
      // An autoscaler's target: elsewhere (an environment variable's) "value" is any text.
      if (key === "target" && isMap(element) && element.value !== undefined) {
        element.value = canonical(element.value);
      }
      normalizeQuantities(element);
    }
  }
}

const isFlat = (map: TreeMap): boolean =>
  Object.values(map).every((value) => typeof value === "string" || typeof value === "number");

function canonical(value: Tree): Tree {
  return typeof value === "string" || typeof value === "number" ? (canonicalQuantity(value) ?? value) : value;
}
