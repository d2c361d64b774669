/** Rules on what survives a drain, a rollout and a busy hour. */
import { nameOf, selects, type KubernetesObject } from "../object.ts";
import type { Rule, Violation } from "../rule.ts";
import { workloadsIn, type Workload } from "../workloads.ts";

interface AutoscalerSpec {
  readonly scaleTargetRef: { readonly kind: string; readonly name: string };
  readonly minReplicas: number;
  readonly maxReplicas: number;
}

/** The autoscaler of a workload, where it has one. */
export function autoscalerOf(
  workload: Workload,
  objects: readonly KubernetesObject[],
): AutoscalerSpec | undefined {
  const { kind, metadata } = workload.object;
  return objects
    .filter(
      (object) =>
        object.kind === "HorizontalPodAutoscaler" && object.metadata.namespace === metadata.namespace,
    )
    .map((object) => object.spec as AutoscalerSpec)
    .find(({ scaleTargetRef }) => scaleTargetRef.kind === kind && scaleTargetRef.name === metadata.name);
}

interface BudgetSpec {
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
}

const budgets: Rule = {
  name: "disruption-budgets",
  description:
    "A server with more than one replica has exactly one budget (an eviction fails on two), and none that blocks every drain.",
  check: (objects) =>
    workloadsIn(objects)
      .filter(({ server }) => server)
      .flatMap((workload): Violation[] => {
        const object = nameOf(workload.object);
        const replicas = autoscalerOf(workload, objects)?.minReplicas ?? workload.replicas ?? 1;
        const matching = objects
          .filter(
            ({ kind, metadata }) =>
              kind === "PodDisruptionBudget" && metadata.namespace === workload.object.metadata.namespace,
          )
          .map((budget) => budget.spec as BudgetSpec)
          .filter(({ selector }) => selects(selector.matchLabels, workload.labels));
        if (matching.length > 1) {
          return [
            {
              object,
              reason: `has ${matching.length} disruption budgets: an eviction fails on more than one`,
            },
          ];
        }
        const [budget] = matching;
        if (budget === undefined) {
          return replicas > 1
            ? [{ object, reason: `runs ${replicas} replicas without a disruption budget` }]
            : [];
        }
        return blocksEveryDrain(budget, replicas)
          ? [{ object, reason: "has a disruption budget that no drain can satisfy" }]
          : [];
      }),
};

function blocksEveryDrain({ minAvailable, maxUnavailable }: BudgetSpec, replicas: number): boolean {
  if (maxUnavailable !== undefined) {
    return podsOf(maxUnavailable, replicas) === 0;
  }
  return minAvailable !== undefined && podsOf(minAvailable, replicas) >= replicas;
}

/** A number of pods, or a share of them that Kubernetes rounds up. */
function podsOf(amount: number | string, replicas: number): number {
  return typeof amount === "number" ? amount : Math.ceil((replicas * Number.parseFloat(amount)) / 100);
}

/** A copy that stands by keeps its autoscaler: deleted after the replicas were written, it would undo them at once. */
function holds({ metadata }: KubernetesObject, { minReplicas, maxReplicas }: AutoscalerSpec): boolean {
  return minReplicas === maxReplicas && metadata.annotations?.["quint.dev/holds"] !== undefined;
}

const autoscalers: Rule = {
  name: "autoscalers",
  description:
    "An autoscaler has a target, alone owns its replicas, and has room to move, or says why it holds a number.",
  check: (objects) => {
    const workloads = workloadsIn(objects);
    return objects
      .filter(({ kind }) => kind === "HorizontalPodAutoscaler")
      .flatMap((autoscaler): Violation[] => {
        const spec = autoscaler.spec as AutoscalerSpec;
        const target = workloads.find(
          ({ object }) =>
            object.kind === spec.scaleTargetRef.kind &&
            object.metadata.name === spec.scaleTargetRef.name &&
            object.metadata.namespace === autoscaler.metadata.namespace,
        );
        const reasons = [
          ...(target === undefined ? [`scales ${spec.scaleTargetRef.name}, which does not exist`] : []),
          ...(target?.replicas === undefined
            ? []
            : ["scales a workload that states its own replicas: each undoes the other"]),
          ...(spec.minReplicas < spec.maxReplicas || holds(autoscaler, spec)
            ? []
            : ["has no room between its minimum and its maximum"]),
        ];
        return reasons.map((reason) => ({ object: nameOf(autoscaler), reason }));
      });
  },
};

export const availabilityRules: readonly Rule[] = [budgets, autoscalers];
