/** When the controllers of pods other than Deployments have done their work. */
import { at, conditionOf, count, isOwnedBy, type KubeObject, text } from "../object.ts";
import { type Awaiter, type Decision, failed, ready, type View, waiting } from "./decision.ts";
import { problemsOf } from "./pod.ts";

function ownPods(view: View): readonly KubeObject[] {
  return view.related("pods").filter((pod) => isOwnedBy(pod, view.object));
}

/** Whether the controller's status speaks about the present spec. */
function isObserved(object: KubeObject): boolean {
  const generation = count(object, "metadata", "generation") ?? 0;
  return (count(object, "status", "observedGeneration") ?? -1) >= generation;
}

/** All replicas exist, are ready, and run the revision that the spec describes. */
export const statefulSetAwaiter: Awaiter = {
  timeoutSeconds: 600,
  related: ["pods"],
  onRefresh: true,
  decide: (view) => {
    const set = view.object;
    const status = (key: string) => count(set, "status", key) ?? 0;
    const wanted = count(set, "spec", "replicas") ?? 0;
    const [current, target] = [text(set, "status", "currentRevision"), text(set, "status", "updateRevision")];
    // Pods of this strategy wait for somebody to delete them.
    const byHand =
      text(set, "spec", "updateStrategy", "type") === "OnDelete" &&
      (count(set, "metadata", "generation") ?? 0) > 1;
    const isNewest = byHand || (current !== "" && current === target);
    const isComplete =
      status("replicas") === wanted &&
      status("readyReplicas") === wanted &&
      (byHand || status("currentReplicas") === wanted);
    if (isObserved(set) && isNewest && isComplete) return ready("StatefulSet initialization complete");

    const live = isNewest
      ? status("readyReplicas")
      : Math.min(status("readyReplicas"), status("updatedReplicas"));
    const reasons: string[] = [];
    if (!isComplete) reasons.push(`${live} out of ${wanted} replicas succeeded readiness checks`);
    if (!isNewest) {
      reasons.push(
        `StatefulSet controller failed to advance from revision "${current}" to revision "${target}"`,
      );
    }
    return waiting(`Waiting for StatefulSet to create Pods (${live}/${wanted} Pods ready)`, [
      ...reasons,
      ...problemsOf(ownPods(view)),
    ]);
  },
};

/** Every node that should have a pod has one that is up to date, ready and available. */
export const daemonSetAwaiter: Awaiter = {
  timeoutSeconds: 600,
  related: ["pods"],
  onRefresh: true,
  decide: (view) => {
    const status = (key: string) => count(view.object, "status", key) ?? 0;
    const wanted = count(view.object, "status", "desiredNumberScheduled");
    if (wanted === undefined || !isObserved(view.object))
      return waiting("Waiting for the DaemonSet controller");
    const counts = [
      ["scheduled", status("currentNumberScheduled")],
      ["updated", status("updatedNumberScheduled")],
      ["available", status("numberAvailable")],
      ["ready", status("numberReady")],
    ] as const;
    const missing = counts.find(([, number]) => number < wanted);
    if (missing === undefined) return ready(`All replicas scheduled as expected. Replicas: ${wanted}`);
    const message = `DaemonSet: ${missing[1]} of ${wanted} Pods ${missing[0]}`;
    return waiting(message, [message, ...problemsOf(ownPods(view))]);
  },
};

/** The Job has completed. A failed Job does not come back. */
export const jobAwaiter: Awaiter = {
  timeoutSeconds: 600,
  related: ["pods"],
  onRefresh: true,
  decide: (view) => {
    const job = view.object;
    const failure = conditionOf(job, "Failed");
    if (failure?.status === "True") {
      return failed(`[${failure.reason}] ${failure.message}`, problemsOf(ownPods(view)));
    }
    const hasStarted = at(job, "status", "startTime") !== undefined;
    if (hasStarted && conditionOf(job, "Complete")?.status === "True") return ready("Job succeeded");
    const status = (key: string) => count(job, "status", key) ?? 0;
    const progress = `(Active: ${status("active")} | Succeeded: ${status("succeeded")} | Failed: ${status("failed")})`;
    const message = `Waiting for Job to ${hasStarted ? `succeed ${progress}` : "start"}`;
    return waiting(message, [message, ...problemsOf(ownPods(view))]);
  },
};

/** As many available pods as the spec asks for. */
export const replicationControllerAwaiter: Awaiter = {
  timeoutSeconds: 600,
  related: ["pods"],
  onRefresh: false,
  decide: (view): Decision => {
    const wanted = count(view.object, "spec", "replicas") ?? 1;
    const available = count(view.object, "status", "availableReplicas") ?? 0;
    if (isObserved(view.object) && available === wanted) return ready("ReplicationController is available");
    const message = `Waiting for ReplicationController (${available}/${wanted} Pods available)`;
    return waiting(message, [message, ...problemsOf(ownPods(view))]);
  },
};
