/** Credentials of a private registry in a namespace: its ServiceAccounts name them, and pods are pulled with them. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { PullSecret } from "../cluster/cloud/facts.ts";
import type { NamespaceSpec } from "../../platforms/model/index.ts";
import type { Labels } from "../labels.ts";

/** Names of the Secrets with which the pods of a namespace pull from private registries: the cluster's, and its own. */
export function pullSecretsOf(
  { pullSecret }: { readonly pullSecret?: PullSecret | undefined },
  namespace: NamespaceSpec,
): string[] {
  return [pullSecret, namespace.pullSecret].flatMap((secret) => (secret === undefined ? [] : [secret.name]));
}

export interface PullSecretArgs {
  readonly pullSecret: PullSecret;
  readonly namespace: pulumi.Input<string>;
  readonly labels: Labels;
}

/** The Secret. Its content is a secret of the state. */
export function pullSecretIn(
  name: string,
  { pullSecret, namespace, labels }: PullSecretArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Secret {
  return new k8s.core.v1.Secret(
    name,
    {
      metadata: {
        name: pullSecret.name,
        namespace,
        labels,
        annotations: { "quint.dev/purpose": `Pulls images from ${pullSecret.registry}` },
      },
      type: "kubernetes.io/dockerconfigjson",
      data: {
        ".dockerconfigjson": pullSecret.dockerConfigJson.apply((text) =>
          Buffer.from(text, "utf8").toString("base64"),
        ),
      },
    },
    opts,
  );
}

/** The same Secret in a namespace that comes and goes, copied through a store: its content is in no file. */
export function copyOfPullSecret(
  name: string,
  secret: string,
  {
    store,
    namespace,
    labels,
  }: { readonly store: string; readonly namespace: string; readonly labels: Labels },
  opts: pulumi.CustomResourceOptions,
): void {
  new k8s.apiextensions.CustomResource(
    name,
    {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: { name: secret, namespace, labels: { ...labels } },
      spec: {
        refreshInterval: "1h",
        secretStoreRef: { kind: "ClusterSecretStore", name: store },
        target: {
          name: secret,
          creationPolicy: "Owner",
          template: { type: "kubernetes.io/dockerconfigjson", metadata: { labels: { ...labels } } },
        },
        dataFrom: [{ extract: { key: secret } }],
      },
    },
    opts,
  );
}
