/** A resource's URN: `urn:pulumi:<stack>::<project>::<parent types$>type::name`. */

/** The type token, without the types of the parents: `kubernetes:apps/v1:Deployment`. Throws on a malformed URN. */
export function urnType(urn: string): string {
  const type = urn.split("::")[2]?.split("$").at(-1);
  if (type === undefined) throw new Error(`"${urn}" is not a resource's URN: it has no type`);
  return type;
}

/** The name that the program gave the resource (it may contain `::`). */
export function urnName(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
