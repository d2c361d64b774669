/** Secrets of a data service beside its callers in other namespaces: pods read Secrets of their own namespace alone. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { copiesFor, operatorSecretsOf, type Copy } from "../../platforms/model/index.ts";
import { ownerLabels } from "../labels.ts";
import type { Namespace } from "../namespace/namespace.ts";
import type { PlatformSecret } from "../secrets/platform-secret.ts";
import { secretReader } from "../secrets/secret-reader.ts";
import type { DataServiceArgs } from "./definition.ts";

/**
 * Those that are made here are written a second time, with the same values.
 *
 * @throws where a Secret or a namespace is named that is not there.
 */
export function copySecrets(
  name: string,
  args: DataServiceArgs,
  secrets: ReadonlyMap<string, PlatformSecret>,
  opts: pulumi.CustomResourceOptions,
): void {
  const { generated, byOperator } = copiesFor(args.spec, args.namespace.spec.name, args.services);
  for (const copy of generated) {
    const to = target(args, copy);
    secrets.get(copy.secret)?.copyTo(to.spec, [to]);
  }
  if (args.facts.controllersRun) return;
  for (const copy of byOperator) {
    standIn(`${name}-${copy.secret}-${copy.namespace}`, args, copy, after(args, copy, opts));
  }
}

/**
 * What an operator makes is known to nobody here: External Secrets reads it in its namespace, as an identity that may
 * read nothing else.
 *
 * @throws where a Secret or a namespace is named that is not there.
 */
export function readOperatorSecrets(
  name: string,
  args: DataServiceArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  if (!args.facts.controllersRun) return;
  for (const copy of copiesFor(args.spec, args.namespace.spec.name, args.services).byOperator) {
    read(`${name}-${copy.secret}-${copy.namespace}`, args, copy, after(args, copy, opts));
  }
}

function after(
  args: DataServiceArgs,
  copy: Copy,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
  return { ...opts, dependsOn: [args.namespace, target(args, copy)] };
}

function target({ namespaces, spec }: DataServiceArgs, copy: Copy): Namespace {
  const found = namespaces.get(copy.namespace);
  if (found === undefined) {
    throw new Error(
      `${spec.kind} "${spec.name}" copies the Secret "${copy.secret}" to the namespace "${copy.namespace}", ` +
        `which the platform does not declare (${[...namespaces.keys()].join(", ")})`,
    );
  }
  return found;
}

/** Where no operator runs there is nothing to read: pods that mount it must start all the same. */
function standIn(name: string, args: DataServiceArgs, copy: Copy, opts: pulumi.CustomResourceOptions): void {
  const note = Buffer.from("no operator runs on this cluster, so none has made this\n").toString("base64");
  const keys = operatorSecretsOf(args.spec).find((secret) => secret.name === copy.secret)?.keys ?? [];
  new k8s.core.v1.Secret(
    name,
    {
      metadata: {
        ...metadataOf(args, copy.secret, copy.namespace),
        annotations: { "quint.dev/purpose": `stands for what the operator of ${args.spec.name} makes` },
      },
      type: "Opaque",
      data: Object.fromEntries(keys.map((key) => [key, note])),
    },
    opts,
  );
}

/** An identity in the caller's namespace that may read the one Secret, a store that acts as it, and the copy. */
function read(name: string, args: DataServiceArgs, copy: Copy, opts: pulumi.CustomResourceOptions): void {
  const reader = `${copy.secret}-reader`;
  const from = args.namespace.spec.name;
  const store = secretReader(
    name,
    {
      metadata: metadataOf(args, reader, copy.namespace),
      right: metadataOf(args, `${reader}-${copy.namespace}`, from),
      secrets: [copy.secret],
    },
    opts,
  );
  const keys = operatorSecretsOf(args.spec).find((secret) => secret.name === copy.secret)?.keys ?? [];
  new k8s.apiextensions.CustomResource(
    `${name}-copy`,
    {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: metadataOf(args, copy.secret, copy.namespace),
      spec: {
        refreshInterval: "15m",
        secretStoreRef: { kind: "SecretStore", name: reader },
        target: { name: copy.secret, creationPolicy: "Owner" },
        data: keys.map((key) => ({ secretKey: key, remoteRef: { key: copy.secret, property: key } })),
      },
    },
    { ...opts, dependsOn: [store] },
  );
}

function metadataOf({ owner }: DataServiceArgs, name: string, namespace: string) {
  return { name, namespace, labels: { ...ownerLabels(owner) } };
}
