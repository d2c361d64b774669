/**
 * Stands in for Istio's injector, whose webhook nobody would answer here: a MutatingAdmissionPolicy adds the proxy
 * as a native sidecar, with the mesh's real requests and limits, so that quotas and nodes feel its weight.
 */
import type { ApiClient, ApiObject } from "../api/client.ts";
import { runsForReal } from "../node/placement.ts";
import type { SidecarSpec } from "../spec.ts";

export const sidecarName = "istio-proxy";
const policyName = "sidecar-injection.quint.dev";
const path = "/apis/admissionregistration.k8s.io/v1";

/** A CEL string literal. JSON's escapes are a part of CEL's. */
const literal = (text: string): string => JSON.stringify(text);

/** Label or annotation by which a pod declines the sidecar. */
const inject = "sidecar.istio.io/inject";
const injectKey = literal(inject);

/** The value of a pod annotation, else a default: `sidecar.istio.io/proxyCPU` and its kin size one pod's proxy. */
function annotated(annotation: string, otherwise: string): string {
  const key = literal(`sidecar.istio.io/${annotation}`);
  return `(has(object.metadata.annotations) && ${key} in object.metadata.annotations ? object.metadata.annotations[${key}] : ${literal(otherwise)})`;
}

/** The proxy as a CEL value. It passes pod security `restricted` whatever the pod says for itself. */
function proxy({ image, requests, limits }: SidecarSpec): string {
  return `Object.spec.initContainers{
    name: ${literal(sidecarName)},
    image: ${literal(image)},
    restartPolicy: "Always",
    args: ["proxy", "sidecar"],
    ports: [Object.spec.initContainers.ports{name: "http-envoy-prom", containerPort: 15090, protocol: "TCP"}],
    resources: Object.spec.initContainers.resources{
      requests: {
        "cpu": ${annotated("proxyCPU", requests.cpu)},
        "memory": ${annotated("proxyMemory", requests.memory)}
      },
      limits: {
        "cpu": ${annotated("proxyCPULimit", limits.cpu)},
        "memory": ${annotated("proxyMemoryLimit", limits.memory)}
      }
    },
    securityContext: Object.spec.initContainers.securityContext{
      allowPrivilegeEscalation: false,
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      runAsUser: 1337,
      runAsGroup: 1337,
      capabilities: Object.spec.initContainers.securityContext.capabilities{drop: ["ALL"]},
      seccompProfile: Object.spec.initContainers.securityContext.seccompProfile{type: "RuntimeDefault"}
    }
  }`;
}

/** The policy and its binding. */
export function sidecarInjection(
  sidecar: SidecarSpec,
  realImages: readonly string[] = [],
): [policy: ApiObject, binding: ApiObject] {
  return [
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "MutatingAdmissionPolicy",
      metadata: { name: policyName },
      spec: {
        failurePolicy: "Fail",
        reinvocationPolicy: "Never",
        matchConstraints: {
          namespaceSelector: { matchLabels: { "istio-injection": "enabled" } },
          objectSelector: {
            matchExpressions: [{ key: inject, operator: "NotIn", values: ["false"] }],
          },
          resourceRules: [
            { apiGroups: [""], apiVersions: ["v1"], resources: ["pods"], operations: ["CREATE"] },
          ],
        },
        matchConditions: [
          // There is no mesh on a real node, and no image of its proxy.
          { name: "simulated", expression: `!(${runsForReal(realImages)})` },
          // The older way to decline; where both are there, Istio goes by the label.
          {
            name: "not-declined",
            expression: `(has(object.metadata.labels) && ${injectKey} in object.metadata.labels) || !has(object.metadata.annotations) || !(${injectKey} in object.metadata.annotations) || object.metadata.annotations[${injectKey}] != "false"`,
          },
          // Istio leaves pods on the node's own network alone.
          { name: "own-network", expression: "!has(object.spec.hostNetwork) || !object.spec.hostNetwork" },
          {
            name: "not-there-yet",
            expression: `!object.spec.containers.exists(c, c.name == ${literal(sidecarName)}) && (!has(object.spec.initContainers) || !object.spec.initContainers.exists(c, c.name == ${literal(sidecarName)}))`,
          },
        ],
        mutations: [
          {
            patchType: "JSONPatch",
            // First, as Istio does it, so that the pod's own init containers already have the mesh. The empty list is an
            // operation of its own: Kubernetes 1.36 panics on a patch whose value is a list of objects.
            jsonPatch: {
              expression: `(has(object.spec.initContainers) ? [] : [JSONPatch{op: "add", path: "/spec/initContainers", value: []}])
  + [JSONPatch{op: "add", path: "/spec/initContainers/0", value: ${proxy(sidecar)}}]`,
            },
          },
        ],
      },
    },
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "MutatingAdmissionPolicyBinding",
      metadata: { name: policyName },
      spec: { policyName },
    },
  ];
}

/** Milliseconds until the API server acts on a changed policy: it looks for changes once a second. */
export const policyDelay = 1500;

/** @returns whether the policy or its binding was changed. */
export async function reconcileSidecarInjection(
  client: ApiClient,
  sidecar: SidecarSpec,
  realImages: readonly string[],
): Promise<boolean> {
  const [policy, binding] = sidecarInjection(sidecar, realImages);
  const changes = [
    await client.applyIfDifferent(`${path}/mutatingadmissionpolicies/${policyName}`, policy),
    await client.applyIfDifferent(`${path}/mutatingadmissionpolicybindings/${policyName}`, binding),
  ];
  return changes.includes(true);
}
