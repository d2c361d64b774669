/** What must wake someone, and what may wait until morning. */
import type { AlertSpec } from "../model/index.ts";
import { duration, errorRatio, readyPods } from "./metrics.ts";

const runbook = "clinical-trials.md";

export function alerts(namespace: string): AlertSpec[] {
  const here = `namespace="${namespace}"`;
  const training = `{${here},cronjob="training"}`;
  return [
    ...["clinical-gateway", "model-serving"].flatMap((workload): AlertSpec[] => [
      {
        name: `${pascal(workload)}Down`,
        // What `DeploymentDown` would call it, so that nobody is told twice.
        labels: { namespace, deployment: workload },
        expression: `${readyPods(namespace, workload)} < 1 or absent(kube_pod_status_ready{${here},pod=~"${workload}-.*"})`,
        for: "2m",
        severity: "critical",
        summary: `No pod of ${workload} is ready.`,
        runbook,
      },
      {
        // The success rate that a rollout demands (seed 000, "Analysis Templates": 95 %).
        name: `${pascal(workload)}Errors`,
        // The sum has no labels, and a delivery is taken back by alerts of its namespace.
        labels: { namespace },
        expression: `${errorRatio(namespace, workload)} > 0.05`,
        for: "5m",
        severity: "critical",
        summary: `${workload} fails more than 5 % of its requests.`,
        runbook,
      },
      {
        // The same heading: p95 below 100 ms.
        name: `${pascal(workload)}Slow`,
        labels: { namespace },
        expression: `${duration(namespace, workload, 0.95)} > 0.1`,
        for: "10m",
        severity: "warning",
        summary: `The slowest 5 % of the answers of ${workload} take more than 100 ms.`,
        runbook,
      },
    ]),
    {
      // Training runs once a week. One that never succeeded is as late as its schedule is old.
      name: "ClinicalTrainingMissing",
      expression: `time() - max by (namespace) (kube_cronjob_status_last_successful_time${training} or kube_cronjob_created${training}) > 8 * 24 * 3600`,
      for: "1h",
      severity: "warning",
      summary: "No training has succeeded for eight days.",
      runbook,
    },
  ];
}

/** `model-serving` -> `ModelServing`. */
function pascal(name: string): string {
  return name.replaceAll(/(^|-)([a-z])/g, (_match, _dash, letter: string) => letter.toUpperCase());
}
