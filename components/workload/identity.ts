/** Who a workload is to the API server: a ServiceAccount of its own, and a Role where it has rules. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Identity } from "../../platforms/model/index.ts";

export type MetadataOf = (objectName: string) => k8s.types.input.meta.v1.ObjectMeta;

/**
 * The account, bound to its rules in its own namespace. Pods mount its token only where it has some.
 *
 * @param pullSecrets names of the Secrets with which its pods pull images.
 */
export function identity(
  name: string,
  spec: Identity,
  metadata: MetadataOf,
  pullSecrets: readonly string[],
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.ServiceAccount {
  const account = new k8s.core.v1.ServiceAccount(
    name,
    {
      metadata: metadata(spec.name),
      automountServiceAccountToken: false,
      ...(pullSecrets.length === 0
        ? {}
        : { imagePullSecrets: pullSecrets.map((secret) => ({ name: secret })) }),
    },
    opts,
  );
  const rules = spec.rules ?? [];
  if (rules.length > 0) {
    const role = new k8s.rbac.v1.Role(
      name,
      {
        metadata: metadata(spec.name),
        rules: rules.map((rule) => ({
          apiGroups: [...rule.apiGroups],
          resources: [...rule.resources],
          ...(rule.names === undefined ? {} : { resourceNames: [...rule.names] }),
          verbs: [...rule.verbs],
        })),
      },
      opts,
    );
    new k8s.rbac.v1.RoleBinding(
      name,
      {
        metadata: metadata(spec.name),
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
        subjects: [
          { kind: "ServiceAccount", name: account.metadata.name, namespace: account.metadata.namespace },
        ],
      },
      opts,
    );
  }
  return account;
}
