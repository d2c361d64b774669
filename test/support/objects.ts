/** Reading objects, and changing one thing of them. */
import assert from "node:assert/strict";
import type { KubernetesObject } from "../../policy/index.ts";

/** An object that a test may change. */
export type Draft = Record<string, unknown> & {
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
};

/** The only object of a kind and, where given, a name and a namespace. */
export function named<Item extends KubernetesObject | Draft>(
  objects: readonly Item[],
  kind: string,
  name?: string,
  namespace?: string,
): Item {
  const found = objects.filter(
    (object) =>
      object.kind === kind &&
      (name === undefined || object.metadata.name === name) &&
      (namespace === undefined || object.metadata.namespace === namespace),
  );
  assert.equal(found.length, 1, `${kind} ${namespace ?? ""}/${name ?? ""}: ${found.length} objects`);
  return found[0]!;
}

/**
 * What stands at a path, e.g. `at(deployment, "spec.template.spec.containers.0.image")`; nothing where the path ends
 * before. Keys that have dots in them come one by one after the path.
 */
export function at(value: unknown, path: string, ...keys: readonly string[]): unknown {
  return [...path.split("."), ...keys].reduce<unknown>(
    (inside, key) =>
      typeof inside === "object" && inside !== null ? (inside as Record<string, unknown>)[key] : undefined,
    value,
  );
}

/** Copies of objects, free to be changed. */
export function drafts(objects: readonly KubernetesObject[]): Draft[] {
  return structuredClone(objects) as unknown as Draft[];
}

/** Puts a value at a path of a draft; `undefined` takes away what is there. */
export function put(draft: Draft, path: string, value: unknown): void {
  const keys = path.split(".");
  const last = keys.pop()!;
  const holder = keys.reduce<unknown>((inside, key) => {
    assert.ok(typeof inside === "object" && inside !== null, `${path} of ${draft.kind}: nothing at ${key}`);
    return (inside as Record<string, unknown>)[key];
  }, draft);
  assert.ok(typeof holder === "object" && holder !== null, `${path} of ${draft.kind} leads nowhere`);
  if (value === undefined) {
    assert.ok(Reflect.has(holder, last), `${path} of ${draft.kind} is not there`);
    Reflect.deleteProperty(holder, last);
  } else {
    Reflect.set(holder, last, value);
  }
}
