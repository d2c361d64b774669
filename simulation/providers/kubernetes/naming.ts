/** Names of objects that the program does not name. */
import type { Autonaming } from "../plugin/protocol.ts";
import { uniqueName } from "../plugin/unique-name.ts";
import { urnName } from "../plugin/urn.ts";
import { isUnknown } from "../plugin/values.ts";
import { isAnnotated, markAutonamed } from "./annotations.ts";
import { at, type KubeObject, nameOf, setMetadata } from "./object.ts";

/** Whether the object has a name, or will have one. */
export function isNamed(object: KubeObject): boolean {
  return nameOf(object) !== "" || isUnknown(at(object, "metadata", "name"));
}

/** Whether the API server is asked to make the name. */
export function hasGenerateName(object: KubeObject): boolean {
  const prefix = at(object, "metadata", "generateName");
  return !isNamed(object) && (isUnknown(prefix) || (typeof prefix === "string" && prefix !== ""));
}

/**
 * Names a new object after its resource, with 7 random hexadecimal digits, and annotates it as named by the provider.
 * Throws where the stack's configuration forbids that.
 */
export function assignName(
  object: KubeObject,
  urn: string,
  seed: Uint8Array,
  autonaming: Autonaming | undefined,
): void {
  if (isNamed(object) || hasGenerateName(object)) return;
  if (autonaming?.mode === "disable") {
    throw new Error("autonaming is disabled, resource requires the .metadata.name field to be set");
  }
  setMetadata(object, "name", autonaming?.proposedName ?? uniqueName(`${urnName(urn)}-`, seed));
  markAutonamed(object);
}

/** Gives an object that is still not named the name that it was given before. */
export function adoptName(object: KubeObject, old: KubeObject): void {
  if (isNamed(object) || !isAnnotated(old, "autonamed")) return;
  setMetadata(object, "name", nameOf(old));
  markAutonamed(object);
}
