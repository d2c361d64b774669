/** A Secret of a platform, from where its namespace has them: generated, or read from a store. */
import type * as pulumi from "@pulumi/pulumi";
import type { SecretSpec } from "../../platforms/model/index.ts";
import type { Owner } from "../labels.ts";
import type { Namespace } from "../namespace/namespace.ts";
import { ExternalSecret } from "./external-secret.ts";
import { GeneratedSecret } from "./generated-secret.ts";

export type PlatformSecret = GeneratedSecret | ExternalSecret;

export interface PlatformSecretArgs {
  readonly owner: Owner;
  readonly namespace: Namespace;
  readonly spec: SecretSpec;
  /** Secrets whose values its texts may hold, by name. */
  readonly others?: ReadonlyMap<string, PlatformSecret>;
}

export function platformSecret(
  name: string,
  { owner, namespace, spec, others = new Map() }: PlatformSecretArgs,
  opts: pulumi.ComponentResourceOptions,
): PlatformSecret {
  const { secretStore } = namespace.spec;
  const entries = [...others];
  if (secretStore === undefined) {
    const generated = entries.filter(
      (entry): entry is [string, GeneratedSecret] => entry[1] instanceof GeneratedSecret,
    );
    return new GeneratedSecret(
      name,
      { owner, namespace: namespace.namespaceName, spec, others: new Map(generated) },
      opts,
    );
  }
  return new ExternalSecret(
    name,
    {
      owner,
      namespace: namespace.spec.name,
      spec,
      from: secretStore,
      others: new Map(entries.map(([other, secret]) => [other, secret.spec])),
    },
    { ...opts, dependsOn: [namespace] },
  );
}
