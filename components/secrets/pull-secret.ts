/** Credentials of a private registry in a namespace: its ServiceAccounts name them, and pods are pulled with them. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { PullSecret } from "../cluster/cloud/facts.ts";
import type { NamespaceSpec } from "../../platforms/model/index.ts";
import type { Labels } from "../labels.ts";

/** Names of the Secrets with which the pods of a namespace pull from private registries: the cluster's, and its own. */
export function pullSecretsOf(
  { pullSecret }: { readonly pullSecret?: PullSecret },
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
