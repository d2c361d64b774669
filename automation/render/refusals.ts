/** What a program that is recorded must not do: read from a cluster, or leave a field of an object undefined. */
import * as pulumi from "@pulumi/pulumi";
import { pathTo } from "./search.ts";

/** `X.get` asks a cluster for an object that is there already; here no cluster answers. */
export function refuseReading(
  { type, name, opts }: pulumi.ResourceTransformationArgs,
  failures: Error[],
): void {
  const { id }: pulumi.CustomResourceOptions = opts;
  if (id !== undefined) {
    failures.push(
      new Error(`the program reads ${type} "${name}" from a cluster; rendering runs without one`),
    );
  }
}

/** The SDK drops a field that is undefined without a word, and the object is then another one than was meant. */
export function refuseUndefined(
  { type, name, props }: pulumi.ResourceTransformationArgs,
  failures: Error[],
): void {
  if (!type.startsWith("kubernetes:")) {
    return;
  }
  const refuse = (resolved: unknown) => {
    const { kind, metadata } = resolved as { readonly kind?: string; readonly metadata?: { name?: string } };
    // On top the SDK itself writes `undefined` for each field that is left out.
    for (const [field, value] of Object.entries(resolved as object)) {
      const path = value === undefined ? undefined : pathTo((inside) => inside === undefined, value, field);
      if (path !== undefined) {
        failures.push(new Error(`${kind ?? type} ${metadata?.name ?? name}: ${path} is undefined`));
      }
    }
  };
  // Most objects hold nothing to wait for; unwrapping one takes longer than looking.
  if (pathTo(isPending, props, "") === undefined) refuse(props);
  else pulumi.output(props as Record<string, unknown>).apply(refuse);
}

function isPending(value: unknown): boolean {
  return value instanceof Promise || pulumi.Output.isInstance(value) || pulumi.Resource.isInstance(value);
}
