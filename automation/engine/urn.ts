/** Names of the engine's resources: `urn:pulumi:<stack>::<project>::<types>::<name>`. */

/** Type of the resource itself, e.g. `kubernetes:apps/v1:Deployment`. */
export function typeOf(urn: string): string {
  return (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";
}

/** Name that the program gave it. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** Kind as people say it: `Deployment` for `kubernetes:apps/v1:Deployment`. */
export function kindOf(type: string): string {
  return type.split(":").at(-1) ?? type;
}

/** Whether it is a provider: set up by the engine, not an object of the stack. */
export function isProvider(type: string): boolean {
  return type.startsWith("pulumi:providers:");
}
