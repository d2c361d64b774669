/** What the two servers that people and partners call promise (seed 000, "Reliability Metrics", "Analysis Templates"). */
import type { ObjectiveSpec } from "../model/index.ts";
import { namespaceOf, type ClinicalStack } from "./stack.ts";

export function objectives(stack: ClinicalStack): ObjectiveSpec[] {
  const measured = (workload: string) => ({ workload, namespaces: [namespaceOf(stack)] });
  return [
    ...["clinical-gateway", "model-serving"].map((workload): ObjectiveSpec => ({
      name: `${workload}-availability`,
      description: "Availability 99.9 % (three nines)",
      measured: measured(workload),
      indicator: { kind: "errors" },
      target: 0.999,
    })),
    ...["clinical-gateway", "model-serving"].map((workload): ObjectiveSpec => ({
      name: `${workload}-latency`,
      description: "p95 below 100 ms, as a rollout demands it",
      measured: measured(workload),
      indicator: { kind: "latency", seconds: 0.1 },
      target: 0.95,
    })),
  ];
}
