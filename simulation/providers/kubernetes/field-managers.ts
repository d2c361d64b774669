/** Who owns which field of an object: server-side apply's bookkeeping, and this provider's part in it. */
import { uniqueName } from "../plugin/unique-name.ts";
import { isMap, type Tree, type TreeMap, type ValueMap } from "../plugin/values.ts";
import { annotationOf, isAnnotated } from "./annotations.ts";
import { at, type KubeObject, list, text } from "./object.ts";

/** The manager of what was created by a POST. */
export const creationManager = "pulumi-kubernetes";

/**
 * Managers whose fields the next apply takes over without asking: `kubectl` in all its commands (the name is a
 * prefix), what an object had before its first apply, and the provider's own creations.
 */
const takenOver = [
  { prefix: "kubectl", operation: "Apply" },
  { prefix: "kubectl", operation: "Update" },
  { prefix: "before-first-apply", operation: "Update" },
  { prefix: "pulumi-kubernetes", operation: "Update" },
  { prefix: "pulumi-resource-kubernetes", operation: "Update" },
] as const;

/** The manager's name: the annotation's, else the state's, else a new one. */
export function fieldManagerOf(state: ValueMap, inputs: KubeObject): string {
  const annotated = annotationOf(inputs, "patchFieldManager");
  if (annotated !== "") return annotated;
  const stored = state.__fieldManager;
  return typeof stored === "string" ? stored : uniqueName("pulumi-kubernetes-");
}

/**
 * The object's managers after `fieldManager` has taken over what it may; undefined where there is nothing to take.
 * Several entries become one, with the fields of all.
 */
export function takeOver(live: KubeObject, fieldManager: string): Tree[] | undefined {
  const entries = list(live, "metadata", "managedFields");
  const taken = entries.filter(isTakenOver);
  const [first] = taken;
  if (first === undefined || !isMap(first)) return undefined;
  const own = entries.filter((entry) => text(entry, "manager") === fieldManager && isApply(entry));
  const fields = [...own, ...taken].reduce<Tree>((sum, entry) => union(sum, at(entry, "fieldsV1") ?? {}), {});
  const others = entries.filter((entry) => !taken.includes(entry) && !own.includes(entry));
  return [...others, { ...first, manager: fieldManager, operation: "Apply", fieldsV1: fields }];
}

const isApply = (entry: Tree): boolean =>
  text(entry, "operation") === "Apply" && text(entry, "subresource") === "";

function isTakenOver(entry: Tree): boolean {
  return (
    text(entry, "subresource") === "" &&
    takenOver.some(
      ({ prefix, operation }) =>
        text(entry, "manager").startsWith(prefix) && text(entry, "operation") === operation,
    )
  );
}

/** Field sets are trees of keys: the union has the keys of both. */
function union(left: Tree, right: Tree): Tree {
  if (!isMap(left) || !isMap(right)) return right;
  const sum: TreeMap = { ...left };
  for (const [key, value] of Object.entries(right))
    sum[key] = key in sum ? union(sum[key] ?? {}, value) : value;
  return sum;
}

/**
 * Whether an apply may take fields from their owners: where the program or the provider's setting says so; in a
 * preview also where the real run would take them over first; and from objects that never had any bookkeeping.
 */
export function mayForce(
  inputs: KubeObject,
  live: KubeObject | undefined,
  options: { readonly force: boolean; readonly preview: boolean },
): boolean {
  if (isAnnotated(inputs, "patchForce") || options.force) return true;
  if (live === undefined) return options.preview;
  const entries = list(live, "metadata", "managedFields");
  if (entries.length === 0) return true;
  return options.preview && entries.some(isTakenOver);
}

/** Which of the object's fields (by a path of keys) belong to the manager, and which to somebody else. */
export function ownersOf(
  live: KubeObject,
  path: readonly string[],
  fieldManager: string,
): { readonly ours: boolean; readonly theirs: boolean } {
  const fields = path.map((key) => `f:${key}`);
  let [ours, theirs] = [false, false];
  for (const entry of list(live, "metadata", "managedFields")) {
    if (at(entry, "fieldsV1", ...fields) === undefined) continue;
    if (text(entry, "manager") === fieldManager) ours = true;
    else theirs = true;
  }
  return { ours, theirs };
}
