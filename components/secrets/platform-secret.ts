/** A Secret of a platform, from where its namespace has it: sealed, read from a store, or generated here or there. */
import type * as pulumi from "@pulumi/pulumi";
import type { SecretSpec } from "../../platforms/model/index.ts";
import type { Owner } from "../labels.ts";
import type { Namespace } from "../namespace/namespace.ts";
import { ExternalSecret, inStore } from "./external-secret.ts";
import { GeneratedSecret } from "./generated-secret.ts";
import { inGeneratedValues } from "./generated-values.ts";
import { SealedSecret } from "./sealed-secret.ts";

export type PlatformSecret = GeneratedSecret | ExternalSecret | SealedSecret;

export interface PlatformSecretArgs {
  readonly owner: Owner;
  readonly namespace: Namespace;
  readonly spec: SecretSpec;
  /** Secrets whose values its texts may hold, by name. */
  readonly others?: ReadonlyMap<string, PlatformSecret>;
}

/** Creates the Secret; nothing where people make it, and have not sealed it. */
export function platformSecret(
  name: string,
  { owner, namespace, spec, others = new Map() }: PlatformSecretArgs,
  opts: pulumi.ComponentResourceOptions,
): PlatformSecret | undefined {
  const { sealedSecrets, secretStore, secretsFromCluster } = namespace.spec;
  if (sealedSecrets?.[spec.name] !== undefined) {
    return new SealedSecret(
      name,
      { owner, namespace: namespace.spec, spec },
      { ...opts, dependsOn: [namespace] },
    );
  }
  if (spec.existing === true) return undefined;
  const entries = [...others];
  const from =
    secretsFromCluster === undefined
      ? secretStore && inStore(secretStore, namespace.spec.name)
      : inGeneratedValues;
  if (from !== undefined) {
    return new ExternalSecret(
      name,
      {
        owner,
        namespace: namespace.spec.name,
        spec,
        from,
        others: new Map(entries.map(([other, secret]) => [other, secret.spec])),
      },
      { ...opts, dependsOn: [namespace] },
    );
  }
  const generated = entries.filter(
    (entry): entry is [string, GeneratedSecret] => entry[1] instanceof GeneratedSecret,
  );
  return new GeneratedSecret(
    name,
    { owner, namespace: namespace.namespaceName, spec, others: new Map(generated) },
    opts,
  );
}
