/** The way from pods to the API server, as NetworkPolicies say it. */
import type { types } from "@pulumi/kubernetes";
import type { InfrastructureFacts } from "./cloud/facts.ts";

export type ApiServerFacts = Pick<InfrastructureFacts, "apiServerCidrs" | "apiServerPorts">;

/**
 * Lets pods out to the API server. A policy sees it as addresses outside the pods: where the cluster knows them, to
 * these alone; else to any address, on its ports.
 */
export function apiServerEgress({
  apiServerCidrs,
  apiServerPorts,
}: ApiServerFacts): types.input.networking.v1.NetworkPolicyEgressRule {
  return {
    ...(apiServerCidrs.length === 0 ? {} : { to: apiServerCidrs.map((cidr) => ({ ipBlock: { cidr } })) }),
    ports: apiServerPorts.map((port) => ({ port, protocol: "TCP" })),
  };
}
