/** An identity that may read some Secrets of a namespace and nothing else, and a store through which others read as it. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

interface ObjectMetadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Record<string, string>;
}

export interface SecretReaderArgs {
  /** Of the identity, and of a store in its namespace. */
  readonly metadata: ObjectMetadata;
  /** Of the right, in the namespace of the Secrets. */
  readonly right: ObjectMetadata;
  readonly secrets: readonly string[];
  /** A store for ExternalSecrets of other namespaces, whose names the expression matches; left out: of its own. */
  readonly forNamespaces?: string;
}

/** Makes them. Returns the store. */
export function secretReader(
  name: string,
  { metadata, right, secrets, forNamespaces }: SecretReaderArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  new k8s.core.v1.ServiceAccount(name, { metadata, automountServiceAccountToken: false }, opts);
  const role = new k8s.rbac.v1.Role(
    name,
    {
      metadata: right,
      rules: [{ apiGroups: [""], resources: ["secrets"], resourceNames: [...secrets], verbs: ["get"] }],
    },
    opts,
  );
  const { namespace } = metadata;
  new k8s.rbac.v1.RoleBinding(
    name,
    {
      metadata: right,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
      subjects: [{ kind: "ServiceAccount", name: metadata.name, namespace }],
    },
    opts,
  );
  // A store of the whole cluster says in which namespace what it names is.
  const there = forNamespaces === undefined ? {} : { namespace };
  return new k8s.apiextensions.CustomResource(
    `${name}-store`,
    {
      apiVersion: "external-secrets.io/v1",
      kind: forNamespaces === undefined ? "SecretStore" : "ClusterSecretStore",
      metadata: forNamespaces === undefined ? metadata : { name: metadata.name, labels: metadata.labels },
      spec: {
        ...(forNamespaces === undefined ? {} : { conditions: [{ namespaceRegexes: [forNamespaces] }] }),
        provider: {
          kubernetes: {
            remoteNamespace: right.namespace,
            server: {
              caProvider: { type: "ConfigMap", name: "kube-root-ca.crt", key: "ca.crt", ...there },
            },
            auth: { serviceAccount: { name: metadata.name, ...there } },
          },
        },
      },
    },
    opts,
  );
}
