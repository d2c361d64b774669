/** When Services and Ingresses can be reached. */
import { isMap, type Tree } from "../../plugin/values.ts";
import { at, type KubeObject, list, nameOf, text } from "../object.ts";
import { type Awaiter, type Decision, ready, type View, waiting } from "./decision.ts";

/**
 * How long endpoints must stay as they are, in seconds. On a cluster somewhere else the official provider gives them
 * 10; here the endpoints controller answers within milliseconds, and 2 cover a pod that becomes ready meanwhile.
 */
const settleSeconds = 2;

/**
 * A Service that selects pods waits for its endpoints to settle without a pod that is not ready (none at all is fine:
 * the pods may come later); one of type LoadBalancer also for its address. Headless Services, external names and
 * Services without a selector have no endpoints to wait for.
 */
export const serviceAwaiter: Awaiter = {
  timeoutSeconds: 600,
  related: ["endpoints"],
  onRefresh: true,
  decide: decideService,
};

function decideService(view: View): Decision {
  const service = view.object;
  const type = text(service, "spec", "type");
  const hasAddress = type !== "LoadBalancer" || list(service, "status", "loadBalancer", "ingress").length > 0;
  const noAddress = "Service was not allocated an IP address; does your cloud provider support this?";

  if (type === "ExternalName" || text(service, "spec", "clusterIP") === "None" || !hasSelector(service)) {
    if (hasAddress) return ready("Service initialization complete");
    return waiting("Waiting for an IP address for the Service", [noAddress]);
  }
  const endpoints = view.related("endpoints").find((candidate) => nameOf(candidate) === nameOf(service));
  const subsets = list(endpoints, "subsets");
  const has = (key: string) => subsets.some((subset) => list(subset, key).length > 0);
  const reasons: string[] = [];
  if (!has("addresses")) {
    reasons.push(
      "Service does not target any Pods. Selected Pods may not be ready, or field '.spec.selector' may not match " +
        "labels on any Pods",
    );
  }
  if (!hasAddress) reasons.push(noAddress);
  if (endpoints === undefined || has("notReadyAddresses"))
    return waiting("Finding Pods to direct traffic to", reasons);
  if (!hasAddress) return waiting("Attempting to allocate IP address to Service", reasons);
  return {
    state: "settling",
    seconds: settleSeconds,
    key: text(endpoints, "metadata", "resourceVersion"),
    message: "Service initialization complete",
  };
}

function hasSelector(service: KubeObject): boolean {
  const selector = at(service, "spec", "selector");
  return isMap(selector) && Object.keys(selector).length > 0;
}

/**
 * An Ingress waits for its address; a backend without endpoints is said, but can come later, as with the official
 * provider.
 */
export const ingressAwaiter: Awaiter = {
  timeoutSeconds: 600,
  related: ["endpoints", "services"],
  onRefresh: true,
  decide: (view) => {
    if (list(view.object, "status", "loadBalancer", "ingress").length > 0)
      return ready("Ingress initialization complete");
    const reasons = ["Ingress .status.loadBalancer field was not updated with a hostname/IP address"];
    const known = new Set(
      [
        ...view.related("endpoints"),
        ...view.related("services").filter((service) => text(service, "spec", "type") === "ExternalName"),
      ].map(nameOf),
    );
    const missing = backendsOf(view.object).filter((name) => !known.has(name));
    if (missing.length > 0)
      reasons.push(`No matching service found for ingress rule(s): ${missing.join(", ")}`);
    return waiting("Waiting for update of .status.loadBalancer with hostname/IP", reasons);
  },
};

function backendsOf(ingress: KubeObject): readonly string[] {
  const paths: readonly Tree[] = list(ingress, "spec", "rules").flatMap((rule) => [
    ...list(rule, "http", "paths"),
  ]);
  return paths.map((path) => text(path, "backend", "service", "name")).filter((name) => name !== "");
}
