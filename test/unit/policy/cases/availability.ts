/** Cases of the rules on what survives a drain, a rollout and a busy hour. */
import { put } from "../../../support/objects.ts";
import { api, apiLabels, apiWith, copying, setting, without, type Cases } from "./case.ts";

/** Gives the API's budget other figures. */
function budgetOf(figures: object) {
  return setting("PodDisruptionBudget", "api", "spec", { selector: { matchLabels: apiLabels }, ...figures });
}

export const availabilityCases: Cases = {
  "disruption-budgets": [
    {
      when: "several replicas run without a budget",
      change: without("PodDisruptionBudget", "api"),
      says: [`${api} runs 3 replicas without a disruption budget`],
    },
    {
      when: "two budgets match a pod",
      change: copying("PodDisruptionBudget", "api", "api-again"),
      says: [`${api} has 2 disruption budgets: an eviction fails on more than one`],
    },
    ...[
      { maxUnavailable: 0 },
      { maxUnavailable: "0%" },
      { minAvailable: 3 },
      { minAvailable: 4 },
      { minAvailable: "100%" },
      { minAvailable: "90%" },
      { minAvailable: "67%" },
    ].map((budget) => ({
      when: `the budget of three replicas is ${JSON.stringify(budget)}`,
      change: budgetOf(budget),
      says: [`${api} has a disruption budget that no drain can satisfy`],
    })),
    ...[{ maxUnavailable: "10%" }, { minAvailable: 2 }, { minAvailable: "60%" }].map((budget) => ({
      when: `the budget of three replicas is ${JSON.stringify(budget)}, which lets one go`,
      change: budgetOf(budget),
      says: [],
    })),
    {
      when: "it is a Job, which nobody drains",
      change: (objects) => {
        without("PodDisruptionBudget", "api")(objects);
        without("HorizontalPodAutoscaler", "api")(objects);
        apiWith("spec.replicas", 3)(objects);
        apiWith("kind", "Job")(objects);
      },
      says: [],
    },
    {
      when: "fixed replicas run without a budget",
      change: (objects) => {
        without("PodDisruptionBudget", "api")(objects);
        without("HorizontalPodAutoscaler", "api")(objects);
        apiWith("spec.replicas", 2)(objects);
      },
      says: [`${api} runs 2 replicas without a disruption budget`],
    },
    {
      when: "a workload says nothing of its replicas, which makes it one",
      change: (objects) => {
        without("PodDisruptionBudget", "api")(objects);
        without("HorizontalPodAutoscaler", "api")(objects);
      },
      says: [],
    },
    {
      when: "a single replica has a budget that keeps it",
      change: copying("PodDisruptionBudget", "api", "grafana", (copy) => {
        const matchLabels = { ...apiLabels, "app.kubernetes.io/name": "grafana" };
        put(copy, "spec", { minAvailable: 1, selector: { matchLabels } });
      }),
      says: ["Deployment cancer-mlops/grafana has a disruption budget that no drain can satisfy"],
    },
  ],

  autoscalers: [
    {
      when: "an autoscaler scales nothing",
      change: setting("HorizontalPodAutoscaler", "api", "spec.scaleTargetRef.name", "apy"),
      says: ["HorizontalPodAutoscaler cancer-mlops/api scales apy, which does not exist"],
    },
    {
      when: "an autoscaler scales another kind",
      change: setting("HorizontalPodAutoscaler", "api", "spec.scaleTargetRef.kind", "Rollout"),
      says: ["HorizontalPodAutoscaler cancer-mlops/api scales api, which does not exist"],
    },
    {
      when: "the scaled workload states its replicas",
      change: apiWith("spec.replicas", 3),
      says: [
        "HorizontalPodAutoscaler cancer-mlops/api scales a workload that states its own replicas: each undoes the other",
      ],
    },
    {
      when: "an autoscaler cannot move",
      change: setting("HorizontalPodAutoscaler", "api", "spec.maxReplicas", 3),
      says: ["HorizontalPodAutoscaler cancer-mlops/api has no room between its minimum and its maximum"],
    },
    {
      when: "an autoscaler holds a number, and says why",
      change: (objects) => {
        setting("HorizontalPodAutoscaler", "api", "spec.maxReplicas", 3)(objects);
        setting("HorizontalPodAutoscaler", "api", "metadata.annotations", { "quint.dev/holds": "stands by" })(
          objects,
        );
      },
      says: [],
    },
  ],
};
