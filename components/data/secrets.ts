/** The Secrets that are made for a data service. */
import type * as pulumi from "@pulumi/pulumi";
import { secretsOfData } from "../../platforms/model/index.ts";
import { platformSecret, type PlatformSecret } from "../secrets/platform-secret.ts";
import type { DataServiceArgs } from "./definition.ts";

/**
 * Makes them, each after those whose values it holds.
 *
 * @param others of services that it needs.
 * @returns its own, by name.
 */
export function serviceSecrets(
  name: string,
  { owner, namespace, spec, services }: DataServiceArgs,
  others: ReadonlyMap<string, PlatformSecret> | undefined,
  opts: pulumi.ComponentResourceOptions,
): ReadonlyMap<string, PlatformSecret> {
  const known = new Map(others);
  return new Map(
    secretsOfData(spec, namespace.spec.name, services).flatMap((secret) => {
      const made = platformSecret(
        `${name}-${secret.name}-secret`,
        { owner, namespace, spec: secret, others: known },
        opts,
      );
      if (made === undefined) return [];
      known.set(secret.name, made);
      return [[secret.name, made] as const];
    }),
  );
}
