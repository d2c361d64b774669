/** Where Services can be reached, and which of them lead to the pods of a workload. */
import type { V1Service } from "@kubernetes/client-node";
import { labels } from "./access.ts";

/** Where a node port answers, when it answers on every node. */
export const anyNode = "(any node)";

export interface Address {
  readonly type: "LoadBalancer" | "NodePort" | "ClusterIP";
  readonly address: string;
}

function reach({ type }: Address): number {
  return ["LoadBalancer", "NodePort", "ClusterIP"].indexOf(type);
}

/** Where a Service can be reached, each port an address. */
export function addressesOf(service: V1Service, nodeAddress = anyNode): Address[] {
  const { spec, status, metadata } = service;
  return (spec?.ports ?? []).map((port): Address => {
    if (spec?.type === "LoadBalancer") {
      const ingress = status?.loadBalancer?.ingress?.[0];
      return {
        type: "LoadBalancer",
        address: `${ingress?.hostname ?? ingress?.ip ?? "(pending)"}:${port.port}`,
      };
    }
    if (spec?.type === "NodePort")
      return { type: "NodePort", address: `${nodeAddress}:${port.nodePort ?? "?"}` };
    return {
      type: "ClusterIP",
      address: `${metadata?.name ?? ""}.${metadata?.namespace ?? ""}:${port.port}`,
    };
  });
}

/** Where users of the pods with these labels reach them, from furthest away first. */
export function addressesTo(
  services: readonly V1Service[],
  namespace: string,
  podLabels: Readonly<Record<string, string>>,
  nodeAddress: string,
): string[] {
  return services
    .filter((service) => service.metadata?.namespace === namespace && selects(service, podLabels))
    .flatMap((service) => addressesOf(service, nodeAddress))
    .sort((one, other) => reach(one) - reach(other))
    .map(({ address }) => address);
}

/** On pods and, by the controller, on Services of one version. */
const versionLabel = "rollouts-pod-template-hash";

/** Whether users of a workload know the Service. */
function selects({ spec, metadata }: V1Service, podLabels: Readonly<Record<string, string>>): boolean {
  if (metadata?.labels?.[labels.beside] !== undefined) return false;
  const selector = Object.entries(spec?.selector ?? {}).filter(([key]) => key !== versionLabel);
  return selector.length > 0 && selector.every(([key, value]) => podLabels[key] === value);
}
