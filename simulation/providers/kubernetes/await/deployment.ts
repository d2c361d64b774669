/** When a Deployment has rolled out. */
import { conditionOf, count, isOwnedBy, type KubeObject, list, nameOf, text } from "../object.ts";
import { type Awaiter, type Decision, failed, ready, type View, waiting } from "./decision.ts";
import { problemsOf } from "./pod.ts";

const revisionOf = (object: KubeObject): string =>
  text(object, "metadata", "annotations", "deployment.kubernetes.io/revision");

/**
 * Rolled out is: the controller has seen this generation, its current revision's ReplicaSet has as many ready pods as
 * it asks for, the Deployment is available (and, from the second revision on, says that the new ReplicaSet is), and
 * the claims it mounts are bound. A passed progress deadline is a failure.
 */
export const deploymentAwaiter: Awaiter = {
  timeoutSeconds: 600,
  related: ["replicaSets", "pods", "claims"],
  onRefresh: true,
  decide,
};

function decide(view: View): Decision {
  const deployment = view.object;
  const generation = count(deployment, "metadata", "generation") ?? 0;
  if (count(deployment, "status", "observedGeneration") !== generation) {
    return waiting("Waiting for the Deployment controller", ["Minimum number of live Pods was not attained"]);
  }
  const revision = revisionOf(deployment);
  const replicaSet = view
    .related("replicaSets")
    .find((candidate) => isOwnedBy(candidate, deployment) && revisionOf(candidate) === revision);
  const pods = view.related("pods").filter((pod) => isOwnedBy(pod, replicaSet));

  const progressing = conditionOf(deployment, "Progressing");
  if (progressing?.status === "False" && progressing.reason === "ProgressDeadlineExceeded") {
    return failed(`[${progressing.reason}] ${progressing.message}`, problemsOf(pods));
  }
  if (revision === "" || replicaSet === undefined) {
    return waiting("Waiting for app ReplicaSet to be created", [
      "Minimum number of live Pods was not attained",
    ]);
  }

  const wanted = count(replicaSet, "spec", "replicas") ?? 1;
  const live = count(replicaSet, "status", "readyReplicas") ?? 0;
  const available = conditionOf(deployment, "Available");
  const isAvailable = available?.status === "True";
  const isRolled = revision === "1" || progressing?.reason === "NewReplicaSetAvailable";
  const unbound = unboundClaims(deployment, view);
  if (live >= wanted && isAvailable && isRolled && unbound.length === 0)
    return ready("Deployment initialization complete");

  const reasons: string[] = [];
  if (available !== undefined && !isAvailable && available.message !== "") {
    reasons.push(`[${available.reason}] ${available.message}`);
  }
  if (progressing?.status === "False") reasons.push(`[${progressing.reason}] ${progressing.message}`);
  if (unbound.length > 0) reasons.push(`Failed to bind PersistentVolumeClaim(s): "${unbound.join(",")}"`);
  if (!isAvailable) reasons.push("Minimum number of live Pods was not attained");
  else if (revision === "1")
    reasons.push("Minimum number of Pods to consider the application live was not attained");
  else
    reasons.push(
      "Attempted to roll forward to new ReplicaSet, but minimum number of Pods did not become live",
    );
  reasons.push(...problemsOf(pods));
  return waiting(`Waiting for app ReplicaSet to be available (${live}/${wanted} Pods available)`, reasons);
}

/** Names of the claims that the pods mount and that are not bound. Claims that do not exist keep the pods pending. */
function unboundClaims(deployment: KubeObject, view: View): readonly string[] {
  const mounted = new Set(
    list(deployment, "spec", "template", "spec", "volumes").map((volume) =>
      text(volume, "persistentVolumeClaim", "claimName"),
    ),
  );
  return view
    .related("claims")
    .filter((claim) => mounted.has(nameOf(claim)) && text(claim, "status", "phase") !== "Bound")
    .map(nameOf);
}
