/** The triggers of an automatic rollback as promises over a month (seed 004, "Automatic Rollback Triggers"). */
import type { ObjectiveSpec } from "../model/index.ts";
import { measuredOf } from "./alerts.ts";
import type { ChestXrayStack } from "./stack.ts";

export function objectives(stack: ChestXrayStack): ObjectiveSpec[] {
  const measured = measuredOf(stack);
  return [
    {
      name: "diagnosis-errors",
      description: "Less than 1 % of the requests fail",
      measured,
      indicator: { kind: "errors" },
      target: 0.99,
    },
    {
      name: "diagnosis-latency",
      description: "p95 below 2 s",
      measured,
      indicator: { kind: "latency", seconds: 2 },
      target: 0.95,
    },
  ];
}
