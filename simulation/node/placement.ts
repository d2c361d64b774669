/**
 * Sends pods whose images are all made here to the real node; every other pod stays with the simulated ones. Done
 * by the API server (a MutatingAdmissionPolicy), so that the program that deploys them knows nothing of it.
 */
import type { ApiObject } from "../api/client.ts";
import { realNodeLabel } from "./addresses.ts";

export const placementPolicyName = "real-node.quint.dev";

/** A CEL string literal. JSON's escapes are a part of CEL's. */
const literal = (text: string): string => JSON.stringify(text);

/**
 * A CEL expression over `object`, a pod: whether it runs for real when these images can. Also for other policies:
 * an image that is injected into such a pod could not run there.
 */
export function runsForReal(references: readonly string[]): string {
  const known = `c.image in [${references.map(literal).join(", ")}]`;
  return [
    `object.spec.containers.all(c, ${known})`,
    `(!has(object.spec.initContainers) || object.spec.initContainers.all(c, ${known}))`,
    // A DaemonSet's pod is bound to one node already.
    '(!has(object.metadata.ownerReferences) || !object.metadata.ownerReferences.exists(o, o.kind == "DaemonSet"))',
    '(!has(object.spec.nodeName) || object.spec.nodeName == "")',
  ].join(" && ");
}

/** What is taken from a pod is what speaks of other nodes: pools, zones, spreading. There is one real node. */
function placed(): string {
  const key = literal(realNodeLabel);
  const toleration = `Object.spec.tolerations{key: ${key}, operator: "Equal", value: "real", effect: "NoSchedule"}`;
  const dropped = (field: string): string =>
    `(has(object.spec.${field}) ? [JSONPatch{op: "remove", path: "/spec/${field}"}] : [])`;
  // The empty list is an operation of its own: Kubernetes 1.36 panics on a patch whose value is a list of objects.
  return `[JSONPatch{op: "add", path: "/spec/nodeSelector", value: {${key}: "real"}}]
+ (has(object.spec.tolerations) ? [] : [JSONPatch{op: "add", path: "/spec/tolerations", value: []}])
+ [JSONPatch{op: "add", path: "/spec/tolerations/-", value: ${toleration}}]
+ ${dropped("affinity")}
+ ${dropped("topologySpreadConstraints")}`;
}

/** The images are there or nowhere: there is no registry to ask, whatever the pull policy says. */
function neverPulled(field: "containers" | "initContainers"): string {
  return `Object{spec: Object.spec{${field}: object.spec.${field}.map(c,
  Object.spec.${field}{name: c.name, imagePullPolicy: "Never"})}}`;
}

/**
 * The policy and its binding.
 * @param references images that can run, as pods name them.
 */
export function placementPolicy(references: readonly string[]): ApiObject[] {
  return [
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "MutatingAdmissionPolicy",
      metadata: { name: placementPolicyName },
      spec: {
        failurePolicy: "Fail",
        reinvocationPolicy: "Never",
        matchConstraints: {
          resourceRules: [
            { apiGroups: [""], apiVersions: ["v1"], resources: ["pods"], operations: ["CREATE"] },
          ],
        },
        matchConditions: [{ name: "images-are-made-here", expression: runsForReal(references) }],
        mutations: [
          { patchType: "JSONPatch", jsonPatch: { expression: placed() } },
          { patchType: "ApplyConfiguration", applyConfiguration: { expression: neverPulled("containers") } },
          {
            patchType: "ApplyConfiguration",
            applyConfiguration: {
              expression: `has(object.spec.initContainers) ? ${neverPulled("initContainers")} : Object{}`,
            },
          },
        ],
      },
    },
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "MutatingAdmissionPolicyBinding",
      metadata: { name: placementPolicyName },
      spec: { policyName: placementPolicyName },
    },
  ];
}
