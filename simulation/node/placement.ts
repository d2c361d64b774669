/**
 * Sends pods whose images are all made here to the real node; every other pod stays with the simulated ones. Done
 * by the API server (MutatingAdmissionPolicies), so that the program that deploys them knows nothing of it.
 */
import type { ApiObject } from "../api/client.ts";
import { realNodeLabel } from "./addresses.ts";

export const placementPolicyName = "real-node.quint.dev";
const daemonSetPolicyName = "real-node-daemon-sets.quint.dev";

/**
 * The most that a container on the real node asks for: 60 pods (the node's `maxPods`) of two such containers fit
 * into the smallest machine, 2 CPUs and 4 GiB. Requests only share out what there is; limits still bound.
 */
const mostRequested = { cpu: "15m", memory: "32Mi" } as const;

/** A CEL string literal. JSON's escapes are a part of CEL's. */
const literal = (text: string): string => JSON.stringify(text);

/**
 * A CEL expression over `object`, a pod: whether it runs for real when these images can. Also for other policies:
 * an image that is injected into such a pod could not run there.
 */
export function runsForReal(references: readonly string[]): string {
  return [
    ...allMadeHere("object.spec", references),
    // A DaemonSet's pod is bound to one node already.
    '(!has(object.metadata.ownerReferences) || !object.metadata.ownerReferences.exists(o, o.kind == "DaemonSet"))',
    '(!has(object.spec.nodeName) || object.spec.nodeName == "")',
  ].join(" && ");
}

/** CEL expressions, all true when every image of a pod's spec can run. */
function allMadeHere(spec: string, references: readonly string[]): string[] {
  const known = `c.image in [${references.map(literal).join(", ")}]`;
  return [
    `${spec}.containers.all(c, ${known})`,
    `(!has(${spec}.initContainers) || ${spec}.initContainers.all(c, ${known}))`,
  ];
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

/**
 * The images are there or nowhere: there is no registry to ask, whatever the pull policy says. Requests made for the
 * stack's own machines are lowered to what this one has to give.
 */
function fitted(field: "containers" | "initContainers"): string {
  const lowered = Object.entries(mostRequested).map(([resource, most]) => {
    const requests = "c.resources.requests";
    const tooMuch = [
      `has(c.resources) && has(${requests}) && ${literal(resource)} in ${requests}`,
      `quantity(${requests}[${literal(resource)}]).isGreaterThan(quantity(${literal(most)}))`,
    ].join(" && ");
    return `?${literal(resource)}: ${tooMuch} ? optional.of(${literal(most)}) : optional.none()`;
  });
  return `Object{spec: Object.spec{${field}: object.spec.${field}.map(c, Object.spec.${field}{
  name: c.name,
  imagePullPolicy: "Never",
  resources: Object.spec.${field}.resources{requests: {${lowered.join(", ")}}}
})}}`;
}

/** A policy for objects of one resource, bound to every namespace. */
function boundPolicy(
  name: string,
  rule: Readonly<Record<"apiGroups" | "resources" | "operations", readonly string[]>>,
  condition: { readonly name: string; readonly expression: string },
  mutations: readonly object[],
): [policy: ApiObject, binding: ApiObject] {
  const apiVersion = "admissionregistration.k8s.io/v1";
  return [
    {
      apiVersion,
      kind: "MutatingAdmissionPolicy",
      metadata: { name },
      spec: {
        failurePolicy: "Fail",
        reinvocationPolicy: "Never",
        matchConstraints: { resourceRules: [{ ...rule, apiVersions: ["v1"] }] },
        matchConditions: [condition],
        mutations,
      },
    },
    {
      apiVersion,
      kind: "MutatingAdmissionPolicyBinding",
      metadata: { name },
      spec: { policyName: name },
    },
  ];
}

const applied = (expression: string): object => ({
  patchType: "ApplyConfiguration",
  applyConfiguration: { expression },
});

/**
 * The policy for pods, and its binding.
 * @param references images that can run, as pods name them.
 */
export function placementPolicy(references: readonly string[]): [policy: ApiObject, binding: ApiObject] {
  return boundPolicy(
    placementPolicyName,
    { apiGroups: [""], resources: ["pods"], operations: ["CREATE"] },
    { name: "images-are-made-here", expression: runsForReal(references) },
    [
      { patchType: "JSONPatch", jsonPatch: { expression: placed() } },
      applied(fitted("containers")),
      applied(`has(object.spec.initContainers) ? ${fitted("initContainers")} : Object{}`),
    ],
  );
}

/**
 * The policy for DaemonSets, and its binding: one that tolerates every taint has a pod on the real node too, which
 * could only wait for its image there. It is kept to the simulated nodes, unless its images can run.
 */
export function daemonSetPolicy(references: readonly string[]): [policy: ApiObject, binding: ApiObject] {
  const template = "object.spec.template.spec";
  const path = "/spec/template/spec/nodeSelector";
  const key = literal(realNodeLabel);
  return boundPolicy(
    daemonSetPolicyName,
    { apiGroups: ["apps"], resources: ["daemonsets"], operations: ["CREATE", "UPDATE"] },
    {
      name: "images-are-not-made-here",
      expression: `!(${allMadeHere(template, references).join(" && ")})`,
    },
    [
      {
        patchType: "JSONPatch",
        jsonPatch: {
          expression: `has(${template}.nodeSelector)
  ? [JSONPatch{op: "add", path: "${path}/" + jsonpatch.escapeKey(${key}), value: "simulated"}]
  : [JSONPatch{op: "add", path: "${path}", value: {${key}: "simulated"}}]`,
        },
      },
    ],
  );
}
