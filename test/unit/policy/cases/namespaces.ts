/** Cases of the rules on namespaces and their quotas. */
import assert from "node:assert/strict";
import { at, named, put, type Draft } from "../../../support/objects.ts";
import { api, apiLabels, copying, setting, without, type Case, type Cases } from "./case.ts";

/** Changes one figure of the namespace's quota. */
function setQuota(objects: Draft[], resource: string, amount: string): void {
  const hard = at(named(objects, "ResourceQuota"), "spec.hard") as Record<string, string>;
  assert.ok(resource in hard, resource);
  hard[resource] = amount;
}

/** Sets a label of the platform's namespace, or takes it away. */
const withNamespaceLabel = (label: string, value: string | undefined) => (objects: Draft[]) => {
  const { metadata } = named(objects, "Namespace", "cancer-mlops");
  const others = Object.entries(metadata.labels ?? {}).filter(([name]) => name !== label);
  metadata.labels = Object.fromEntries(value === undefined ? others : [...others, [label, value]]);
};

export const namespacesCases: Cases = {
  "exempt-namespaces": [
    {
      when: "a namespace is outside the mesh",
      change: withNamespaceLabel("istio-injection", undefined),
      says: ["Namespace cancer-mlops is outside the mesh, and not exempt"],
    },
    {
      when: "a namespace lets its pods do more",
      change: withNamespaceLabel("pod-security.kubernetes.io/enforce", "baseline"),
      says: ["Namespace cancer-mlops enforces pod security baseline, and is not exempt"],
    },
    {
      when: "a namespace that is outside the mesh by the table is privileged without a reason there",
      change: (objects) => {
        named(objects, "Namespace", "cancer-mlops").metadata.name = "cert-manager";
        const { labels } = named(objects, "Namespace", "cert-manager").metadata;
        delete labels!["istio-injection"];
        labels!["pod-security.kubernetes.io/enforce"] = "privileged";
      },
      says: ["Namespace cert-manager enforces pod security privileged, and is not exempt"],
    },
    {
      when: "the table gives the reasons",
      change: (objects) => {
        named(objects, "Namespace", "cancer-mlops").metadata.name = "velero";
        const { labels } = named(objects, "Namespace", "velero").metadata;
        delete labels!["istio-injection"];
        labels!["pod-security.kubernetes.io/enforce"] = "privileged";
      },
      says: [],
    },
  ],

  "guarded-namespaces": [
    {
      when: "a namespace enforces no pod security",
      change: (objects) => {
        const { labels } = named(objects, "Namespace", "cancer-mlops").metadata;
        delete labels!["pod-security.kubernetes.io/enforce"];
      },
      says: ["Namespace cancer-mlops enforces no pod security level"],
    },
    {
      when: "a namespace does not deny traffic",
      change: without("NetworkPolicy", "default-deny"),
      says: ["Namespace cancer-mlops does not deny traffic by default"],
    },
    {
      when: "a namespace denies only what comes in",
      change: setting("NetworkPolicy", "default-deny", "spec.policyTypes", ["Ingress"]),
      says: ["Namespace cancer-mlops does not deny traffic by default"],
    },
    {
      when: "a namespace denies traffic of some pods",
      change: setting("NetworkPolicy", "default-deny", "spec.podSelector", { matchLabels: apiLabels }),
      says: ["Namespace cancer-mlops does not deny traffic by default"],
    },
    {
      when: "a namespace denies by a policy that allows",
      change: setting("NetworkPolicy", "default-deny", "spec.egress", [{}]),
      says: ["Namespace cancer-mlops does not deny traffic by default"],
    },
    {
      when: "a namespace has no quota",
      change: without("ResourceQuota", "quota"),
      says: ["Namespace cancer-mlops has no quota"],
    },
    {
      when: "a namespace has no limit range",
      change: without("LimitRange", "limits"),
      says: ["Namespace cancer-mlops has no limit range"],
    },
    {
      when: "what guards is in another namespace",
      change: setting("LimitRange", "limits", "metadata.namespace", "elsewhere"),
      says: ["Namespace cancer-mlops has no limit range"],
    },
    {
      when: "a namespace denies only what goes out",
      change: setting("NetworkPolicy", "default-deny", "spec.policyTypes", ["Egress"]),
      says: ["Namespace cancer-mlops does not deny traffic by default"],
    },
  ],

  "policy-for-each-workload": [
    {
      when: "a workload has no NetworkPolicy",
      change: without("NetworkPolicy", "api"),
      says: [`${api} has no NetworkPolicy of its own`],
    },
    {
      when: "a workload's NetworkPolicy is in another namespace",
      change: setting("NetworkPolicy", "api", "metadata.namespace", "elsewhere"),
      says: [`${api} has no NetworkPolicy of its own`],
    },
    {
      when: "a workload is on the node's own network, which no NetworkPolicy reaches",
      change: (objects) => {
        without("NetworkPolicy", "api")(objects);
        put(named(objects, "Deployment", "api"), "spec.template.spec.hostNetwork", true);
      },
      says: [],
    },
  ],

  // At its maximum production runs 11 pods: six of the API and two of a rollout's surge, and the three tools, which are
  // replaced one by one. Sidecars request 50m and 64Mi each, and may use 500m and 256Mi.
  "quota-is-enough": [
    ...Object.entries({
      pods: ["10", "11"],
      // 8 x 0.55 + 0.3 + 0.3 + 0.15
      "requests.cpu": ["5100m", "5.15"],
      // 8 x 2.2 + 1.2 + 1.2 + 0.7
      "limits.cpu": ["20", "20.7"],
      // 8 x 576 + 576 + 576 + 320 = 6080 Mi
      "requests.memory": ["6079Mi", String(6080 * 2 ** 20)],
      // 8 x 2304 + 1280 + 2304 + 768 = 22784 Mi
      "limits.memory": ["22783Mi", String(22784 * 2 ** 20)],
      persistentvolumeclaims: ["6", "7"],
      "requests.storage": ["56Gi", String(57 * 2 ** 30)],
    }).flatMap(([resource, [tooSmall = "", needed = ""]]): Case[] => [
      {
        when: `the quota has too little of ${resource}`,
        change: (objects) => {
          setQuota(objects, resource, tooSmall);
        },
        says: [
          `ResourceQuota cancer-mlops/quota allows ${tooSmall} of ${resource}; at their maximum its pods take ${needed}`,
        ],
      },
      {
        when: `the quota has just enough of ${resource}`,
        change: (objects) => {
          setQuota(objects, resource, needed);
        },
        says: [],
      },
    ]),
    {
      when: "the quota is enough only without sidecars",
      change: (objects) => {
        setQuota(objects, "requests.cpu", "4600m");
        const { labels } = named(objects, "Namespace", "cancer-mlops").metadata;
        delete labels!["istio-injection"];
      },
      says: [],
    },
    {
      when: "the quota says nothing of a resource",
      change: (objects) => {
        const hard = at(named(objects, "ResourceQuota"), "spec.hard") as Record<string, string>;
        delete hard.pods;
      },
      says: [],
    },
    {
      when: "a StatefulSet is rolled, which adds no pod",
      change: (objects) => {
        without("HorizontalPodAutoscaler", "api")(objects);
        put(named(objects, "Deployment", "api"), "spec.replicas", 7);
        put(named(objects, "Deployment", "api"), "spec.strategy", undefined);
        put(named(objects, "Deployment", "api"), "kind", "StatefulSet");
        setQuota(objects, "pods", "10");
      },
      says: [],
    },
    {
      when: "a daemon set has a pod on each of nine nodes",
      change: (objects) => {
        without("HorizontalPodAutoscaler", "api")(objects);
        put(named(objects, "Deployment", "api"), "kind", "DaemonSet");
        setQuota(objects, "pods", "11");
      },
      says: ["ResourceQuota cancer-mlops/quota allows 11 of pods; at their maximum its pods take 12"],
    },
    {
      when: "each pod of a StatefulSet gets a volume",
      change: (objects) => {
        without("HorizontalPodAutoscaler", "api")(objects);
        const api = named(objects, "Deployment", "api");
        put(api, "kind", "StatefulSet");
        put(api, "spec.replicas", 3);
        put(api, "spec.volumeClaimTemplates", [{ spec: { resources: { requests: { storage: "1Gi" } } } }]);
        setQuota(objects, "persistentvolumeclaims", "9");
      },
      says: [
        "ResourceQuota cancer-mlops/quota allows 9 of persistentvolumeclaims; at their maximum its pods take 10",
      ],
    },
    {
      when: "there is no quota, which is another rule's to say",
      change: without("ResourceQuota", "quota"),
      says: [],
    },
    {
      when: "pods of another namespace take more than is left",
      change: (objects) => {
        setQuota(objects, "pods", "11");
        copying("Deployment", "api", "elsewhere", (copy) => {
          copy.metadata.namespace = "elsewhere";
        })(objects);
      },
      says: [],
    },
    {
      when: "a container states nothing, which is another rule's to say",
      change: (objects) => {
        setting("Deployment", "grafana", "spec.template.spec.containers.0.resources", undefined)(objects);
        setQuota(objects, "requests.cpu", "5050m");
      },
      says: [],
    },
    {
      when: "a workload says nothing of its replicas, which makes it one and one of surge",
      change: (objects) => {
        without("HorizontalPodAutoscaler", "api")(objects);
        setQuota(objects, "pods", "4");
      },
      says: ["ResourceQuota cancer-mlops/quota allows 4 of pods; at their maximum its pods take 5"],
    },
    {
      when: "fixed replicas are more than it holds",
      change: (objects) => {
        without("HorizontalPodAutoscaler", "api")(objects);
        setting("Deployment", "api", "spec.replicas", 4)(objects);
        setQuota(objects, "pods", "7");
      },
      says: ["ResourceQuota cancer-mlops/quota allows 7 of pods; at their maximum its pods take 8"],
    },
  ],
};
