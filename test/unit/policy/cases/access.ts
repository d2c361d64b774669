/** Cases of the rules on identities, rights and the mesh. */
import { named, put } from "../../../support/objects.ts";
import { api, apiLabels, apiWith, copying, openPort, pod, setting, type Cases } from "./case.ts";

/** What a pod says that wants no sidecar. */
const declining = { "sidecar.istio.io/inject": "false" };

export const accessCases: Cases = {
  "own-identity": [
    {
      when: "a pod names no ServiceAccount",
      change: apiWith(`${pod}.serviceAccountName`, undefined),
      says: [`${api} runs as the namespace's default ServiceAccount`],
    },
    {
      when: "a pod runs as the default ServiceAccount",
      change: apiWith(`${pod}.serviceAccountName`, "default"),
      says: [`${api} runs as the namespace's default ServiceAccount`],
    },
    {
      when: "two workloads share a ServiceAccount",
      change: setting("Deployment", "mlflow", `${pod}.serviceAccountName`, "api"),
      says: [`Deployment cancer-mlops/mlflow shares its ServiceAccount api with ${api}`],
    },
    {
      when: "a pod mounts a token that it does not need",
      change: apiWith(`${pod}.automountServiceAccountToken`, true),
      says: [`${api} mounts a token that it has no use for`],
    },
    {
      when: "a pod does not say that it needs no token",
      change: apiWith(`${pod}.automountServiceAccountToken`, undefined),
      says: [`${api} mounts a token that it has no use for`],
    },
    {
      when: "a pod has a role and no token",
      change: setting("Deployment", "prometheus", `${pod}.automountServiceAccountToken`, false),
      says: ["Deployment cancer-mlops/prometheus has a role but no token to use it"],
    },
    {
      when: "a role is bound to the same name elsewhere",
      change: setting("RoleBinding", "prometheus", "subjects.0.namespace", "elsewhere"),
      says: ["Deployment cancer-mlops/prometheus mounts a token that it has no use for"],
    },
    {
      when: "a role over the whole cluster is bound to it, which needs the token",
      change: setting("RoleBinding", "prometheus", "kind", "ClusterRoleBinding"),
      says: [],
    },
    {
      when: "a binding names nobody",
      change: setting("RoleBinding", "prometheus", "subjects", undefined),
      says: ["Deployment cancer-mlops/prometheus mounts a token that it has no use for"],
    },
    {
      when: "something else names the ServiceAccount, which gives it no rights",
      change: setting("RoleBinding", "prometheus", "kind", "ServiceAccountAlias"),
      says: ["Deployment cancer-mlops/prometheus mounts a token that it has no use for"],
    },
    {
      when: "workloads of two namespaces have ServiceAccounts of one name",
      change: (objects) => {
        copying("Deployment", "api", "api", (copy) => {
          copy.metadata.namespace = "elsewhere";
        })(objects);
      },
      says: [],
    },
  ],

  "least-privilege": [
    ...["apiGroups", "resources", "verbs"].map((field) => ({
      when: `a role grants all ${field}`,
      change: setting("Role", "prometheus", `rules.0.${field}`, ["*"]),
      says: ["Role cancer-mlops/prometheus grants a wildcard"],
    })),
    {
      when: "a platform has rights over the whole cluster",
      change: setting("Role", "prometheus", "kind", "ClusterRole"),
      says: ["ClusterRole cancer-mlops/prometheus gives a platform rights over the whole cluster"],
    },
    {
      when: "a role grants nothing",
      change: setting("Role", "prometheus", "rules", undefined),
      says: [],
    },
    {
      when: "a role over the whole cluster belongs to the foundation",
      change: (objects) => {
        setting("Role", "prometheus", "kind", "ClusterRole")(objects);
        delete named(objects, "ClusterRole").metadata.labels!["app.kubernetes.io/part-of"];
      },
      says: [],
    },
    {
      when: "a wildcard stands in something that is no role",
      change: setting("ConfigMap", "app-config", "rules", [{ verbs: ["*"] }]),
      says: [],
    },
  ],

  labelled: [
    {
      when: "an object does not say who manages it",
      change: (objects) => {
        delete named(objects, "Service", "api-service").metadata.labels;
      },
      says: ["Service cancer-mlops/api-service lacks the label app.kubernetes.io/managed-by: quint"],
    },
    {
      when: "an object is managed by another",
      change: (objects) => {
        named(objects, "Namespace").metadata.labels!["app.kubernetes.io/managed-by"] = "Helm";
      },
      says: ["Namespace cancer-mlops lacks the label app.kubernetes.io/managed-by: quint"],
    },
  ],

  "strict-mesh": [
    {
      when: "mutual TLS is only permitted",
      change: (objects) => objects.push(openPort("PERMISSIVE", "STRICT")),
      says: ["PeerAuthentication cancer-mlops/api does not demand mutual TLS"],
    },
    {
      when: "mutual TLS is only permitted, in dev",
      change: (objects) => objects.push(openPort("PERMISSIVE", "STRICT")),
      environment: "dev",
      says: ["PeerAuthentication cancer-mlops/api does not demand mutual TLS"],
    },
    {
      when: "nothing is said of ports",
      change: (objects) => {
        const policy = openPort("STRICT", "STRICT");
        put(policy, "spec.portLevelMtls", undefined);
        objects.push(policy);
      },
      says: [],
    },
    {
      when: "nothing is said at all",
      change: (objects) => {
        const policy = openPort("STRICT", "STRICT");
        put(policy, "spec.mtls", undefined);
        objects.push(policy);
      },
      says: ["PeerAuthentication cancer-mlops/api does not demand mutual TLS"],
    },
    {
      when: "a port of production takes plain text",
      change: (objects) => objects.push(openPort("STRICT", "PERMISSIVE")),
      says: ["PeerAuthentication cancer-mlops/api opens a port to plain text"],
    },
    {
      when: "a port of staging takes plain text",
      change: (objects) => objects.push(openPort("STRICT", "DISABLE")),
      environment: "staging",
      says: ["PeerAuthentication cancer-mlops/api opens a port to plain text"],
    },
    {
      when: "a port of dev takes plain text",
      change: (objects) => objects.push(openPort("STRICT", "PERMISSIVE")),
      environment: "dev",
      says: [],
    },
  ],

  "in-the-mesh": [
    {
      when: "a workload declines the sidecar",
      change: apiWith("spec.template.metadata.labels", { ...apiLabels, ...declining }),
      says: [`${api} declines the sidecar, and is of no data service`],
    },
    {
      when: "pods of a data service decline it",
      change: apiWith("spec.template.metadata.labels", {
        ...apiLabels,
        ...declining,
        "quint.dev/data-service": "kafka",
      }),
      says: [],
    },
  ],
};
