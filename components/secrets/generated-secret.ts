/** Secrets whose values are generated here, and exist nowhere else. */
import { createHash } from "node:crypto";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { NamespaceSpec, SecretSpec, SecretValue } from "../../platforms/model/index.ts";
import { ownerLabels, type Owner } from "../labels.ts";

/** Keys whose values are made of others, or known to the deployment alone: they are listed, and never shown as text. */
export const derivedKeysAnnotation = "quint.dev/derived-keys";

export interface GeneratedSecretArgs {
  readonly owner: Owner;
  readonly namespace: pulumi.Input<string>;
  readonly spec: SecretSpec;
  /** Secrets whose values its texts may hold, by name. */
  readonly others?: ReadonlyMap<string, GeneratedSecret>;
}

/** A Secret with generated values. Raising `spec.rotation` makes every generated value anew. */
export class GeneratedSecret extends pulumi.ComponentResource {
  /** Name of the Secret: what workloads refer to. */
  readonly secretName: pulumi.Output<string>;
  readonly spec: SecretSpec;
  private readonly args: GeneratedSecretArgs;
  private readonly childName: string;
  /** Its values by key: for texts of other Secrets, and nothing else. */
  private readonly values: ReadonlyMap<string, pulumi.Output<string>>;

  constructor(name: string, args: GeneratedSecretArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:secrets:GeneratedSecret", name, {}, opts);
    this.childName = name;
    const { spec } = args;
    this.spec = spec;
    const keepers = { rotation: String(spec.rotation) };
    const values = new Map<string, pulumi.Output<string>>();
    for (const [key, value] of Object.entries(spec.keys)) {
      if (value.kind !== "text" && value.kind !== "htpasswd") {
        values.set(key, valueOf(`${name}-${key}`, value, keepers, { parent: this }));
      }
    }
    for (const [key, value] of Object.entries(spec.keys)) {
      if (value.kind === "text") {
        values.set(
          key,
          written(value.template, (name) => this.valueNamed(name, values, args)),
        );
      }
      if (value.kind === "htpasswd") {
        const password = this.valueNamed(value.password, values, args);
        values.set(
          key,
          password.apply((text) => `${value.user}:${sha(text)}\n`),
        );
      }
    }
    this.values = values;
    this.args = args;
    this.secretName = this.secret(name, args.namespace, spec.labels).metadata.name;
    this.registerOutputs({ secretName: this.secretName });
  }

  /** The same Secret in another namespace, for callers there. What an operator reads its label for is the first one. */
  copyTo({ name }: NamespaceSpec, after: readonly pulumi.Resource[]): void {
    this.secret(`${this.childName}-${name}`, name, {}, after);
  }

  private secret(
    name: string,
    namespace: pulumi.Input<string>,
    labels: SecretSpec["labels"],
    dependsOn: readonly pulumi.Resource[] = [],
  ): k8s.core.v1.Secret {
    const { owner, spec } = this.args;
    return new k8s.core.v1.Secret(
      name,
      {
        metadata: {
          name: spec.name,
          namespace,
          labels: { ...ownerLabels(owner), ...labels },
          annotations: {
            "quint.dev/purpose": spec.purpose,
            "quint.dev/rotation": String(spec.rotation),
            ...derivedKeys(spec),
          },
        },
        type: spec.type ?? "Opaque",
        data: Object.fromEntries([...this.values].map(([key, value]) => [key, value.apply(base64)])),
      },
      { parent: this, dependsOn: [...dependsOn] },
    );
  }

  /** The value that a text means by `key` or `secret/key`. */
  private valueNamed(
    name: string,
    own: ReadonlyMap<string, pulumi.Output<string>>,
    { spec, others }: GeneratedSecretArgs,
  ): pulumi.Output<string> {
    const slash = name.indexOf("/");
    const values = slash === -1 ? own : others?.get(name.slice(0, slash))?.values;
    const value = values?.get(name.slice(slash + 1));
    if (value === undefined) {
      throw new Error(
        `Secret "${spec.name}": a text names the key "${name}", which has no value of its own ` +
          `(${[...(values?.keys() ?? others?.keys() ?? [])].join(", ")})`,
      );
    }
    return value;
  }
}

/** Which keys are made from generated values: of their texts nothing can be told without a deployment either. */
function derivedKeys({ keys }: SecretSpec): Record<string, string> {
  const derived = Object.keys(keys).filter((key) => ["text", "htpasswd"].includes(keys[key]?.kind ?? ""));
  return derived.length === 0 ? {} : { [derivedKeysAnnotation]: derived.sort().join(" ") };
}

type OwnValue = Exclude<SecretValue, { kind: "text" | "htpasswd" }>;

/** The value of a key. */
function valueOf(
  name: string,
  value: OwnValue,
  keepers: Record<string, string>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  switch (value.kind) {
    case "password":
      return generated(name, value.length, value.special ?? false, keepers, opts);
    case "key":
      // The consumer reads base64 text; the Secret holds that text encoded once more.
      return generated(name, value.length, false, keepers, opts).apply(base64);
    case "plain":
      return pulumi.output(value.value);
  }
}

/** A template with the values of other keys in it, encoded for an address. */
function written(
  template: string,
  valueNamed: (name: string) => pulumi.Output<string>,
): pulumi.Output<string> {
  const parts = template
    .split(/\$\{([^}]*)\}/)
    .map((part, index) =>
      index % 2 === 0 ? pulumi.output(part) : valueNamed(part).apply(encodeURIComponent),
    );
  return pulumi.all(parts).apply((texts) => texts.join(""));
}

/**
 * The hash of a password, as htpasswd files have it. Without salt, so that it stays what it is from run to run; nobody
 * can guess 24 generated letters and digits (140 bits), which is what salts and slow hashes are against.
 */
function sha(password: string): string {
  return `{SHA}${createHash("sha1").update(password).digest("base64")}`;
}

/**
 * Random text. RandomPassword for keys as well: the ID of a RandomBytes is its value, and IDs are plain in the state.
 */
function generated(
  name: string,
  length: number,
  special: boolean,
  keepers: Record<string, string>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  return new random.RandomPassword(name, { length, special, keepers }, opts).result;
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
