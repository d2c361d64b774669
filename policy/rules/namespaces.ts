/** Rules on namespaces: what each must have before a pod may run in it, and whether its quota is enough. */
import { quantity, within } from "../quantity.ts";
import { nameOf, type KubernetesObject } from "../object.ts";
import type { Context, Rule, Violation } from "../rule.ts";
import { containersOf, declinesMesh, workloadsIn, type Workload } from "../workloads.ts";
import { autoscalerOf } from "./availability.ts";

const guarded: Rule = {
  name: "guarded-namespaces",
  description:
    "A namespace enforces a pod security level, denies traffic by default, and has a quota and a limit range.",
  check: (objects) =>
    namespaces(objects).flatMap((namespace) => {
      const inside = objects.filter(({ metadata }) => metadata.namespace === namespace.metadata.name);
      const has = (kind: string) => inside.some((object) => object.kind === kind);
      const reasons = [
        namespace.metadata.labels?.["pod-security.kubernetes.io/enforce"] === undefined &&
          "enforces no pod security level",
        !inside.some(isDefaultDeny) && "does not deny traffic by default",
        !has("ResourceQuota") && "has no quota",
        !has("LimitRange") && "has no limit range",
      ];
      return reasons
        .filter((reason) => reason !== false)
        .map((reason) => ({ object: nameOf(namespace), reason }));
    }),
};

function isDefaultDeny({ kind, spec }: KubernetesObject): boolean {
  if (kind !== "NetworkPolicy") {
    return false;
  }
  const policy = spec as {
    readonly podSelector: { readonly matchLabels?: object };
    readonly policyTypes: readonly string[];
    readonly ingress?: readonly unknown[];
    readonly egress?: readonly unknown[];
  };
  return (
    policy.podSelector.matchLabels === undefined &&
    ["Ingress", "Egress"].every((type) => policy.policyTypes.includes(type)) &&
    (policy.ingress ?? []).length === 0 &&
    (policy.egress ?? []).length === 0
  );
}

const guardedPods: Rule = {
  name: "policy-for-each-workload",
  description: "Every workload has a NetworkPolicy of its own, made from its declared callers.",
  check: (objects) =>
    workloadsIn(objects)
      // No policy reaches pods on the node's own network.
      .filter(({ pod }) => pod.hostNetwork !== true)
      .filter(
        ({ labels, object }) =>
          !objects.some((policy) => {
            const selector = (
              policy.spec as { podSelector?: { matchLabels?: Record<string, string> } } | undefined
            )?.podSelector?.matchLabels;
            return (
              policy.kind === "NetworkPolicy" &&
              policy.metadata.namespace === object.metadata.namespace &&
              selector !== undefined &&
              Object.entries(selector).every(([key, value]) => labels[key] === value)
            );
          }),
      )
      .map(({ object }) => ({ object: nameOf(object), reason: "has no NetworkPolicy of its own" })),
};

const quotaIsEnough: Rule = {
  name: "quota-is-enough",
  description:
    "A namespace's quota holds everything at its maximum: autoscalers at the top, a rollout's surge, and the mesh's sidecars.",
  check: (objects, context) =>
    namespaces(objects).flatMap((namespace) => {
      const quota = objects.find(
        ({ kind, metadata }) => kind === "ResourceQuota" && metadata.namespace === namespace.metadata.name,
      );
      if (quota === undefined) {
        return [];
      }
      const { hard } = quota.spec as { readonly hard: Readonly<Record<string, string>> };
      const most = mostUsed(namespace, objects, context);
      return Object.entries(most).flatMap(([resource, needed]): Violation[] => {
        const allowed = hard[resource];
        return allowed === undefined || within(needed, quantity(allowed))
          ? []
          : [
              {
                object: nameOf(quota),
                reason: `allows ${allowed} of ${resource}; at their maximum its pods take ${needed}`,
              },
            ];
      });
    }),
};

function mostUsed(namespace: KubernetesObject, objects: readonly KubernetesObject[], context: Context) {
  const injected = namespace.metadata.labels?.["istio-injection"] === "enabled";
  const used: Record<string, number> = { pods: 0, persistentvolumeclaims: 0, "requests.storage": 0 };
  const add = (resource: string, amount: number) => {
    used[resource] = (used[resource] ?? 0) + amount;
  };
  for (const workload of workloadsIn(objects)) {
    if (workload.object.metadata.namespace !== namespace.metadata.name) {
      continue;
    }
    const pods = workload.object.kind === "DaemonSet" ? context.nodes : mostPods(workload, objects);
    add("pods", pods);
    for (const { spec } of workload.volumes) {
      add("persistentvolumeclaims", pods);
      add("requests.storage", pods * quantity(spec.resources.requests.storage));
    }
    for (const side of ["requests", "limits"] as const) {
      for (const resource of ["cpu", "memory"] as const) {
        const ownUse = containersOf(workload.pod).map((container) =>
          quantity(container.resources?.[side]?.[resource] ?? "0"),
        );
        const sidecarUse =
          injected && !declinesMesh(workload.labels) ? quantity(context.sidecar[side][resource]) : 0;
        add(`${side}.${resource}`, pods * (ownUse.reduce((sum, amount) => sum + amount, 0) + sidecarUse));
      }
    }
  }
  for (const claim of objects) {
    if (claim.kind === "PersistentVolumeClaim" && claim.metadata.namespace === namespace.metadata.name) {
      const spec = claim.spec as { readonly resources: { readonly requests: { readonly storage: string } } };
      add("persistentvolumeclaims", 1);
      add("requests.storage", quantity(spec.resources.requests.storage));
    }
  }
  return used;
}

/** Replicas at the most, with the pods that a rollout adds. */
function mostPods(workload: Workload, objects: readonly KubernetesObject[]): number {
  const replicas = autoscalerOf(workload, objects)?.maxReplicas ?? workload.replicas ?? 1;
  return replicas + workload.surge(replicas);
}

function namespaces(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return objects.filter(({ kind, apiVersion }) => kind === "Namespace" && apiVersion === "v1");
}

const exempt: Rule = {
  name: "exempt-namespaces",
  description:
    "Pods are in the mesh and `restricted`, but in namespaces that the table of exemptions names with a reason.",
  check: (objects, { exemptions }) =>
    namespaces(objects).flatMap((namespace) => {
      const { name, labels } = namespace.metadata;
      const exemption = exemptions.get(name);
      const level = labels?.["pod-security.kubernetes.io/enforce"] ?? "none";
      const reasons = [
        labels?.["istio-injection"] !== "enabled" &&
          exemption === undefined &&
          "is outside the mesh, and not exempt",
        level !== "restricted" &&
          exemption?.privileged === undefined &&
          `enforces pod security ${level}, and is not exempt`,
      ];
      return reasons
        .filter((reason) => reason !== false)
        .map((reason) => ({ object: nameOf(namespace), reason }));
    }),
};

export const namespaceRules: readonly Rule[] = [guarded, guardedPods, exempt, quotaIsEnough];
