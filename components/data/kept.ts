/**
 * What of a data service is always the deployment's, also where Argo CD syncs the rest: Secrets, since no file may hold a
 * value, and rights in the cloud.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { PlatformSecret } from "../secrets/platform-secret.ts";
import { archiveCredentials } from "./archive-credentials.ts";
import type { DataServiceArgs, DataServiceKind, SpecOf } from "./definition.ts";
import { copySecrets } from "./secret-copies.ts";
import { serviceSecrets } from "./secrets.ts";
import { standInAuthority } from "./stand-in-authority.ts";

export interface Kept {
  /** Its generated Secrets, by name. */
  readonly secrets: ReadonlyMap<string, PlatformSecret>;
  /** What else has to be there before its pods are. */
  readonly grants: readonly pulumi.Resource[];
}

type Grants<Kind extends DataServiceKind> = (
  name: string,
  args: DataServiceArgs<SpecOf<Kind>>,
  opts: pulumi.CustomResourceOptions,
) => pulumi.Resource[];

const grantsOf: { readonly [Kind in DataServiceKind]?: Grants<Kind> } = {
  postgresql: archiveCredentials,
  valkey: archiveCredentials,
  neo4j: archiveCredentials,
  "object-store": archiveCredentials,
  kafka: (name, args, opts) => [
    ...standInAuthority(name, args, opts),
    ...archiveCredentials(name, args, opts),
  ],
};

/** @param others Secrets of services that it needs, whose values its own may hold. */
export function keep(
  name: string,
  args: DataServiceArgs,
  others: ReadonlyMap<string, PlatformSecret> | undefined,
  opts: pulumi.CustomResourceOptions,
): Kept {
  const secrets = serviceSecrets(name, args, others, opts);
  copySecrets(name, args, secrets, opts);
  const grants = grantsOf[args.spec.kind] as Grants<DataServiceKind> | undefined;
  return { secrets, grants: grants?.(name, args, opts) ?? [] };
}
