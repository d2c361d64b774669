/** When a pod is ready, and what keeps it from being so. */
import { conditionOf, idOf, type KubeObject, list, text, at, count } from "../object.ts";
import { type Awaiter, type Decision, failed, ready, waiting } from "./decision.ts";

/** A pod that has not been scheduled, initialised and made ready, or (of a finished kind) has not succeeded. */
export const podAwaiter: Awaiter = {
  timeoutSeconds: 600,
  related: [],
  onRefresh: true,
  decide: ({ object }) => decidePod(object),
};

const stages = [
  { type: "PodScheduled", verb: "scheduled" },
  { type: "Initialized", verb: "initialized" },
  { type: "Ready", verb: "ready" },
] as const;

function decidePod(pod: KubeObject): Decision {
  const phase = text(pod, "status", "phase");
  if (phase === "Succeeded") return ready("Pod succeeded");
  if (phase === "Failed") return failed(`Pod ${idOf(pod)} failed`, podProblems(pod));
  for (const { type, verb } of stages) {
    if (conditionOf(pod, type)?.status !== "True") {
      return waiting(`Waiting for Pod "${idOf(pod)}" to be ${verb}`, podProblems(pod));
    }
  }
  return ready("Pod is ready");
}

/** What a person must know about a pod that is not ready, in the words of scheduler and kubelet. */
function podProblems(pod: KubeObject): readonly string[] {
  const problems: string[] = [];
  const scheduled = conditionOf(pod, "PodScheduled");
  if (scheduled !== undefined && scheduled.status !== "True" && scheduled.message !== "") {
    problems.push(scheduled.message);
  }
  if (text(pod, "status", "phase") === "Failed") {
    problems.push(
      [text(pod, "status", "reason"), text(pod, "status", "message")]
        .filter((part) => part !== "")
        .join(": "),
    );
  }
  const containers = [
    ...list(pod, "status", "initContainerStatuses"),
    ...list(pod, "status", "containerStatuses"),
  ].filter((status) => at(status, "ready") !== true);
  for (const status of containers) {
    const name = text(status, "name");
    const stateReason = text(status, "state", "waiting", "reason");
    if (stateReason !== "" && stateReason !== "ContainerCreating" && stateReason !== "PodInitializing") {
      problems.push(`[${stateReason}] container "${name}": ${text(status, "state", "waiting", "message")}`);
    }
    for (const path of [["state"], ["lastState"]]) {
      const exitCode = count(status, ...path, "terminated", "exitCode");
      if (exitCode === undefined || exitCode === 0) continue;
      const reason = text(status, ...path, "terminated", "reason");
      problems.push(`container "${name}" terminated (${reason}: exit code ${exitCode})`);
    }
  }
  if (problems.length === 0 && conditionOf(pod, "Ready")?.status !== "True") {
    const message = conditionOf(pod, "Ready")?.message ?? "";
    if (message !== "") problems.push(message);
  }
  return [...new Set(problems)]
    .filter((problem) => problem !== "")
    .map((problem) => `[Pod ${idOf(pod)}]: ${problem}`);
}

/** Problems repeat from pod to pod; more than a few of them do not fit a terminal. */
const shown = 5;

/** The problems of several pods. */
export function problemsOf(pods: readonly KubeObject[]): readonly string[] {
  const problems = pods.flatMap((pod) => podProblems(pod));
  const rest = problems.length - shown;
  return rest > 0 ? [...problems.slice(0, shown), `... and ${rest} more`] : problems;
}
