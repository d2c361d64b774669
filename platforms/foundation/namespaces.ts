/** The foundation's namespaces, with quotas that hold twice what their pods take at the most. */
import { foundationNamespaceNames, namespaceExemptions } from "../../config/catalog/namespaces.ts";
import { amountOf } from "../../config/sizes/quantity.ts";
import type { NamespaceSize } from "../../config/index.ts";
import type { FootprintSpec } from "../model/foundation.ts";
import type { NamespaceSpec } from "../model/namespace.ts";

/** Limits of a pod that states none: hooks of charts, which run for seconds. */
const defaults = {
  containerDefault: { cpu: "500m", memory: "512Mi" },
  containerDefaultRequest: { cpu: "50m", memory: "64Mi" },
  containerMax: { cpu: "8", memory: "16Gi" },
};

/** Room for hooks: a chart runs one or two at a time. */
const hooks = { cpu: 2, memory: 2 ** 31, pods: 10 };

/** The namespaces that the pods of a stack live in. */
export function namespacesFor(
  environment: string,
  pods: readonly FootprintSpec[],
  chartNamespaces: readonly string[],
): NamespaceSpec[] {
  const used = new Set([...chartNamespaces, ...pods.map(({ namespace }) => namespace)]);
  return foundationNamespaceNames
    .filter((name) => used.has(name))
    .map((name) => ({
      name,
      labels: { "app.kubernetes.io/name": name, environment },
      podSecurity: namespaceExemptions.get(name)?.privileged === undefined ? "restricted" : "privileged",
      injected: false,
      size: sizeFor(pods.filter(({ namespace }) => namespace === name)),
      access: [],
    }));
}

/** Twice the most: a rollout may bring every new pod before it takes an old one away. */
function sizeFor(pods: readonly FootprintSpec[]): NamespaceSize {
  const total = (side: "requests" | "limits", resource: "cpu" | "memory") =>
    2 *
      pods.reduce(
        (sum, pod) =>
          sum +
          mostOf(pod) *
            pod.containers.reduce((own, { resources }) => own + amountOf(resources[side][resource]), 0),
        0,
      ) +
    hooks[resource];
  const volumes = pods.filter(({ storage }) => storage !== undefined);
  const claims = volumes.reduce((sum, pod) => sum + mostOf(pod), 0);
  const storage = volumes.reduce((sum, pod) => sum + mostOf(pod) * amountOf(pod.storage ?? "0"), 0);
  const balancers = pods.flatMap(({ services }) => services).filter(({ type }) => type === "LoadBalancer");
  return {
    quota: {
      "requests.cpu": cores(total("requests", "cpu")),
      "limits.cpu": cores(total("limits", "cpu")),
      "requests.memory": mebibytes(total("requests", "memory")),
      "limits.memory": mebibytes(total("limits", "memory")),
      "requests.storage": mebibytes(2 * storage),
      persistentvolumeclaims: String(2 * claims),
      pods: String(2 * pods.reduce((sum, pod) => sum + mostOf(pod), 0) + hooks.pods),
      "services.loadbalancers": String(balancers.length),
    },
    limits: defaults,
  };
}

function mostOf({ replicas, maxReplicas }: FootprintSpec): number {
  return maxReplicas ?? replicas;
}

function cores(amount: number): string {
  return String(Math.ceil(amount));
}

function mebibytes(amount: number): string {
  return `${Math.ceil(amount / 2 ** 20)}Mi`;
}
