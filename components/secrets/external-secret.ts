/** Secrets whose values are read from a store, by External Secrets. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import {
  withReferences,
  type NamespaceSpec,
  type SecretSpec,
  type SecretStoreRef,
  type SecretValue,
  type TextReference,
} from "../../platforms/model/index.ts";
import { ownerLabels, type Owner } from "../labels.ts";

/** Where values are read from. */
export interface ValueSource {
  readonly store: { readonly kind: "ClusterSecretStore" | "SecretStore"; readonly name: string };
  /** Where in it the value of a Secret's key is. */
  readonly at: (secret: string, key: string) => { readonly key: string; readonly property: string };
  /** What makes a value what its consumer reads; left out: it is kept as that. */
  readonly as?: (value: SecretValue) => string;
}

/** A store of the cluster: each Secret of a namespace is an entry of it. */
export function inStore({ store, prefix }: SecretStoreRef, namespace: string): ValueSource {
  return {
    store: { kind: "ClusterSecretStore", name: store },
    // A dot in front, as in `.dockerconfigjson`, is left out: stores read a property as a path.
    at: (secret, key) => ({ key: `${prefix}/${namespace}/${secret}`, property: key.replace(/^\./, "") }),
  };
}

export interface ExternalSecretArgs {
  readonly owner: Owner;
  readonly namespace: string;
  readonly spec: SecretSpec;
  readonly from: ValueSource;
  /** Secrets whose values its texts may hold, by name. */
  readonly others: ReadonlyMap<string, SecretSpec>;
}

/** A value of the store, under the name that the template knows it by. */
interface Remote {
  readonly variable: string;
  readonly secret: string;
  readonly key: string;
}

/**
 * An ExternalSecret that makes a Secret like the one that would be generated: same name, keys, type and labels. Its
 * passwords and keys are read from where `from` says; addresses are written from them, and user names stand in the
 * description.
 */
export class ExternalSecret extends pulumi.ComponentResource {
  readonly spec: SecretSpec;
  private readonly args: ExternalSecretArgs;
  private readonly childName: string;
  /** What the Secret holds: a template for each key, of values of the store. */
  private readonly templates: Readonly<Record<string, string>>;
  private readonly remotes: readonly Remote[];

  constructor(name: string, args: ExternalSecretArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:secrets:ExternalSecret", name, {}, opts);
    const { spec, others } = args;
    this.spec = spec;
    this.args = args;
    this.childName = name;
    const remotes = new Map<string, Remote>();
    const take = (secret: string, key: string): string => {
      const variable = variableOf(secret === spec.name ? key : `${secret}/${key}`);
      remotes.set(variable, { variable, secret, key });
      return variable;
    };
    /** What a template says to have the value that its consumer reads. */
    const read = (secret: string, key: string, value: SecretValue): string =>
      `.${take(secret, key)}${args.from.as?.(value) ?? ""}`;
    this.templates = Object.fromEntries(
      Object.entries(spec.keys).map(([key, value]): [string, string] => {
        switch (value.kind) {
          case "plain":
            return [key, value.value];
          case "text":
            return [key, withReferences(value.template, written)];
          case "password":
          case "key":
          case "htpasswd":
            return [key, `{{ ${read(spec.name, key, value)} }}`];
        }
      }),
    );
    /** A value inside a text, encoded for an address; what is no secret is written as it is. */
    function written({ secret = spec.name, key }: TextReference): string {
      const of = secret === spec.name ? spec : others.get(secret);
      const value = of?.keys[key];
      if (of === undefined || value === undefined || value.kind === "text") {
        throw new Error(
          `Secret "${spec.name}": a text names the key "${secret}/${key}", which has no value of its own`,
        );
      }
      return value.kind === "plain"
        ? encodeURIComponent(value.value)
        : `{{ ${read(of.name, key, value)} | urlquery }}`;
    }
    this.remotes = [...remotes.values()];
    this.secret(name, args.namespace, spec.labels, []);
    this.registerOutputs();
  }

  /** The same Secret in another namespace, for callers there. What an operator reads its label for is the first one. */
  copyTo({ name }: NamespaceSpec, after: readonly pulumi.Resource[]): void {
    this.secret(`${this.childName}-${name}`, name, {}, after);
  }

  private secret(
    name: string,
    namespace: string,
    more: SecretSpec["labels"],
    dependsOn: readonly pulumi.Resource[],
  ): void {
    const { args } = this;
    const { owner, spec, from } = args;
    const labels = ownerLabels(owner);
    new k8s.apiextensions.CustomResource(
      name,
      {
        apiVersion: "external-secrets.io/v1",
        kind: "ExternalSecret",
        metadata: {
          name: spec.name,
          namespace,
          labels,
          annotations: { "quint.dev/purpose": spec.purpose, "quint.dev/rotation": String(spec.rotation) },
        },
        spec: {
          refreshInterval: "1h",
          secretStoreRef: { ...from.store },
          target: {
            name: spec.name,
            // The Secret goes with this object, and only then.
            creationPolicy: "Owner",
            template: {
              engineVersion: "v2",
              type: spec.type ?? "Opaque",
              metadata: {
                labels: { ...labels, ...more },
                annotations: { "quint.dev/purpose": spec.purpose },
              },
              data: { ...this.templates },
            },
          },
          data: this.remotes.map(({ variable, secret, key }) => ({
            secretKey: variable,
            remoteRef: from.at(secret, key),
          })),
        },
      },
      { parent: this, dependsOn: [...dependsOn] },
    );
  }
}

/** A name that Go's templates take: letters, digits and `_`. */
function variableOf(name: string): string {
  return name.replaceAll(/\W/g, "_");
}
