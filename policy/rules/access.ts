/** Rules on identities: who a pod is, and what it may ask of the API server. */
import { nameOf, type KubernetesObject } from "../object.ts";
import type { Rule } from "../rule.ts";
import { declinesMesh, workloadsIn } from "../workloads.ts";

interface Binding {
  readonly subjects?: readonly {
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string;
  }[];
}

const ownIdentity: Rule = {
  name: "own-identity",
  description: "Each workload has a ServiceAccount of its own, and a token only where a role is bound to it.",
  check: (objects) => {
    const owners = new Map<string, string>();
    return workloadsIn(objects).flatMap(({ object, pod }) => {
      const { namespace } = object.metadata;
      const account = pod.serviceAccountName;
      if (account === undefined || account === "default") {
        return [{ object: nameOf(object), reason: "runs as the namespace's default ServiceAccount" }];
      }
      const key = `${namespace ?? ""}/${account}`;
      const owner = owners.get(key);
      owners.set(key, nameOf(object));
      const bound = isBound(objects, namespace, account);
      const reasons = [
        owner !== undefined && `shares its ServiceAccount ${account} with ${owner}`,
        pod.automountServiceAccountToken !== false && !bound && "mounts a token that it has no use for",
        pod.automountServiceAccountToken === false && bound && "has a role but no token to use it",
      ];
      return reasons
        .filter((reason) => reason !== false)
        .map((reason) => ({ object: nameOf(object), reason }));
    });
  },
};

function isBound(
  objects: readonly KubernetesObject[],
  namespace: string | undefined,
  account: string,
): boolean {
  return objects
    .filter(({ kind }) => kind === "RoleBinding" || kind === "ClusterRoleBinding")
    .some((binding) =>
      ((binding as unknown as Binding).subjects ?? []).some(
        (subject) =>
          subject.kind === "ServiceAccount" && subject.name === account && subject.namespace === namespace,
      ),
    );
}

const leastPrivilege: Rule = {
  name: "least-privilege",
  description: "Roles name their verbs, resources and groups; platforms get no role over the whole cluster.",
  check: (objects) =>
    objects
      .filter(({ kind }) => kind === "Role" || kind === "ClusterRole")
      .flatMap((role) => {
        const rules = (role.rules ?? []) as readonly Readonly<Record<string, readonly string[]>>[];
        const wild = rules.some((rule) => Object.values(rule).some((values) => values.includes("*")));
        const reasons = [
          wild && "grants a wildcard",
          role.kind === "ClusterRole" &&
            role.metadata.labels?.["app.kubernetes.io/part-of"] !== undefined &&
            "gives a platform rights over the whole cluster",
        ];
        return reasons
          .filter((reason) => reason !== false)
          .map((reason) => ({ object: nameOf(role), reason }));
      }),
};

const labelled: Rule = {
  name: "labelled",
  description: "Every object says that Quint manages it, so that `status` and `down` find it.",
  check: (objects) =>
    objects
      .filter(({ metadata }) => metadata.labels?.["app.kubernetes.io/managed-by"] !== "quint")
      .map((object) => ({
        object: nameOf(object),
        reason: "lacks the label app.kubernetes.io/managed-by: quint",
      })),
};

interface PeerAuthentication {
  readonly mtls?: { readonly mode?: string };
  readonly portLevelMtls?: Readonly<Record<string, { readonly mode?: string }>>;
}

const strictMesh: Rule = {
  name: "strict-mesh",
  description:
    "Mutual TLS is STRICT; a port open to plain text is for dev, where platforms are reached directly.",
  check: (objects, { environment }) =>
    objects
      .filter(({ kind }) => kind === "PeerAuthentication")
      .flatMap((policy) => {
        const spec = policy.spec as PeerAuthentication;
        const reasons = [
          spec.mtls?.mode !== "STRICT" && "does not demand mutual TLS",
          environment !== "dev" &&
            Object.values(spec.portLevelMtls ?? {}).some(({ mode }) => mode !== "STRICT") &&
            "opens a port to plain text",
        ];
        return reasons
          .filter((reason) => reason !== false)
          .map((reason) => ({ object: nameOf(policy), reason }));
      }),
};

const inTheMesh: Rule = {
  name: "in-the-mesh",
  description: "A pod has the mesh's sidecar, but for pods of data services that speak for themselves.",
  check: (objects) =>
    workloadsIn(objects)
      .filter(({ labels }) => declinesMesh(labels) && labels["quint.dev/data-service"] === undefined)
      .map(({ object }) => ({
        object: nameOf(object),
        reason: "declines the sidecar, and is of no data service",
      })),
};

export const accessRules: readonly Rule[] = [ownIdentity, leastPrivilege, labelled, strictMesh, inTheMesh];
