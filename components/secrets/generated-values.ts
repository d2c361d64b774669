/** Values that the cluster makes itself, once for each namespace that comes and goes: no file, state or person has them. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { SecretSpec } from "../../platforms/model/index.ts";
import { ownerLabels } from "../labels.ts";
import type { ValueSource } from "./external-secret.ts";
import { secretReader } from "./secret-reader.ts";

/** Name of the Secret with the values, and of what makes and reads it. */
const name = "generated-values";

/** Reads the values of a namespace's Secrets from there. Names of Secrets have no `_`. */
export const inGeneratedValues: ValueSource = {
  store: { kind: "SecretStore", name },
  at: (secret, key) => ({ key: name, property: `${secret}_${key}` }),
  // A key's consumer reads base64 text.
  as: ({ kind }) => (kind === "key" ? " | b64enc" : ""),
};

export interface GeneratedValuesArgs {
  readonly platform: string;
  readonly namespace: string;
  /** All that are made in the namespace. */
  readonly secrets: readonly SecretSpec[];
}

/**
 * A Secret with every value that the Secrets of a namespace consist of, made by External Secrets' password generator,
 * and a store through which the namespace's ExternalSecrets read it, as an identity that may read nothing else.
 *
 * @throws where a value cannot be made there.
 */
export class GeneratedValues extends pulumi.ComponentResource {
  constructor(
    component: string,
    { platform, namespace, secrets }: GeneratedValuesArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("quint:secrets:GeneratedValues", component, {}, opts);
    const metadata = (object: string) => ({
      name: object,
      namespace,
      labels: { ...ownerLabels({ platform }) },
    });
    const custom = (child: string, group: string, kind: string, object: string, spec: object): void => {
      new k8s.apiextensions.CustomResource(
        `${component}-${child}`,
        { apiVersion: group, kind, metadata: metadata(object), spec },
        { parent: this },
      );
    };
    const values = secrets.flatMap((secret) => valuesOf(secret));
    for (const [generator, { length, special }] of new Map(values.map((one) => [one.generator, one]))) {
      custom(generator, "generators.external-secrets.io/v1alpha1", "Password", generator, {
        length,
        digits: Math.floor(length / 4),
        ...(special ? {} : { symbols: 0 }),
        noUpper: false,
        allowRepeat: true,
      });
    }
    custom("values", "external-secrets.io/v1", "ExternalSecret", name, {
      // What a pod has read at its start is true for as long as the namespace is there.
      refreshPolicy: "CreatedOnce",
      target: { name, creationPolicy: "Owner" },
      dataFrom: values.map(({ generator, property }) => ({
        sourceRef: {
          generatorRef: {
            apiVersion: "generators.external-secrets.io/v1alpha1",
            kind: "Password",
            name: generator,
          },
        },
        rewrite: [{ regexp: { source: "^password$", target: property } }],
      })),
    });
    secretReader(
      component,
      { metadata: metadata(name), right: metadata(name), secrets: [name] },
      { parent: this },
    );
    this.registerOutputs();
  }
}

/** The values of a Secret, each with its place and the generator that makes it. */
function valuesOf({ name: secret, keys }: SecretSpec) {
  return Object.entries(keys).flatMap(([key, value]) => {
    if (value.kind === "plain" || value.kind === "text") return [];
    if (value.kind === "htpasswd") {
      throw new Error(
        `Secret "${secret}": the key "${key}" is a hash (htpasswd), which is not made in the cluster; use a password`,
      );
    }
    const { length } = value;
    const special = value.kind === "password" && (value.special ?? false);
    const generator = `password-${length}${special ? "-special" : ""}`;
    return [{ property: inGeneratedValues.at(secret, key).property, length, special, generator }];
  });
}
