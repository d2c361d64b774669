/** Secrets whose values stand in the stack's file, encrypted for one cluster. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import {
  withReferences,
  type NamespaceSpec,
  type SealedValues,
  type SecretSpec,
} from "../../platforms/model/index.ts";
import { ownerLabels, type Owner } from "../labels.ts";

export interface SealedSecretArgs {
  readonly owner: Owner;
  readonly namespace: NamespaceSpec;
  readonly spec: SecretSpec;
}

/**
 * A SealedSecret that becomes a Secret like the one that would be generated: same name, keys, type and labels. What is
 * secret is sealed; user names, and addresses that take values of the same Secret, are written by its template.
 */
export class SealedSecret extends pulumi.ComponentResource {
  readonly spec: SecretSpec;
  private readonly owner: Owner;
  private readonly childName: string;

  constructor(name: string, args: SealedSecretArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:secrets:SealedSecret", name, {}, opts);
    const { namespace, owner, spec } = args;
    this.spec = spec;
    this.owner = owner;
    this.childName = name;
    this.secret(name, namespace, spec.labels, []);
    this.registerOutputs();
  }

  /** The same Secret in another namespace, for callers there: sealed for that one. */
  copyTo(namespace: NamespaceSpec, after: readonly pulumi.Resource[]): void {
    this.secret(`${this.childName}-${namespace.name}`, namespace, {}, after);
  }

  /** @throws where nothing is sealed for the namespace: the description of the stack has refused that before. */
  private secret(
    name: string,
    namespace: NamespaceSpec,
    more: SecretSpec["labels"],
    dependsOn: readonly pulumi.Resource[],
  ): void {
    const { owner, spec } = this;
    const sealed = namespace.sealedSecrets?.[spec.name];
    if (sealed === undefined) {
      throw new Error(`Secret "${spec.name}": nothing is sealed for the namespace "${namespace.name}"`);
    }
    const labels = ownerLabels(owner);
    const annotations = { "quint.dev/purpose": spec.purpose };
    new k8s.apiextensions.CustomResource(
      name,
      {
        apiVersion: "bitnami.com/v1alpha1",
        kind: "SealedSecret",
        metadata: {
          name: spec.name,
          namespace: namespace.name,
          labels,
          annotations: { ...annotations, "quint.dev/rotation": String(spec.rotation) },
        },
        spec: {
          encryptedData: { ...sealed },
          template: {
            type: spec.type ?? "Opaque",
            metadata: { labels: { ...labels, ...more }, annotations },
            data: templates(spec, sealed),
          },
        },
      },
      { parent: this, dependsOn: [...dependsOn] },
    );
  }
}

/** A template for each key that is not sealed itself. */
function templates({ keys }: SecretSpec, sealed: SealedValues): Record<string, string> {
  return Object.fromEntries(
    Object.entries(keys).flatMap(([key, value]): [string, string][] => {
      if (key in sealed) return [];
      if (value.kind === "plain") return [[key, value.value]];
      return value.kind === "text"
        ? [[key, withReferences(value.template, (reference) => written(keys, reference.key))]]
        : [];
    }),
  );
}

/** A value inside a text, encoded for an address. */
function written(keys: SecretSpec["keys"], key: string): string {
  const value = keys[key];
  return value?.kind === "plain"
    ? encodeURIComponent(value.value)
    : `{{ index . ${JSON.stringify(key)} | urlquery }}`;
}
