/** The ingress gateway, as everything that is attached to it knows it. */
import { gatewayNamespace } from "../workload/network.ts";
import { chartPodsLabel, ownerLabels, type Owner } from "../labels.ts";

/** Its pods, by the label that Istio's gateway chart gives them. */
export const gatewayPods = { istio: "ingress" } as const;

/** Name of what the gateway has for a host. Two hosts never share one: `platforms/hosts.ts` refuses it. */
export function nameOfHost(host: string): string {
  return host.replaceAll(".", "-");
}

/** Name of the Secret, in the gateway's namespace, that holds the certificate of a host. */
export function certificateSecret(host: string): string {
  return `${nameOfHost(host)}-tls`;
}

/** Metadata of an object that the gateway's proxies read; their pods are the chart's. */
export function attachedToGateway(name: string, owner: Owner) {
  return {
    name,
    namespace: gatewayNamespace,
    labels: { ...ownerLabels(owner), [chartPodsLabel]: "istio-gateway" },
  };
}
