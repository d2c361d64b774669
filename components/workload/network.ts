/** Who may talk to a workload and whom it may call: a NetworkPolicy made from the declared callers alone. */
import type * as k8s from "@pulumi/kubernetes";
import type { Caller, Egress, WorkloadSpec } from "../../platforms/model/index.ts";
import { apiServerEgress, type ApiServerFacts } from "../cluster/api-server.ts";
import { selectorLabels, type Labels } from "../labels.ts";

type Peer = k8s.types.input.networking.v1.NetworkPolicyPeer;
type PolicySpec = k8s.types.input.networking.v1.NetworkPolicySpec;

/** A workload that this one calls: the other end of a declared caller. */
export interface Callee {
  readonly workload: string;
  readonly namespace: string;
  readonly port: number;
}

export interface NetworkArgs {
  readonly platform: string;
  readonly namespace: string;
  readonly spec: WorkloadSpec;
  readonly selector: Labels;
  readonly callees: readonly Callee[];
  /** Whether the mesh injects its sidecar here, whose metrics are then scraped. */
  readonly injected: boolean;
  /** Where the API server is. */
  readonly facts: ApiServerFacts;
}

/** The namespaces of the foundation that callers come from. */
export const gatewayNamespace = "istio-ingress";
export const monitoringNamespace = "platform-monitoring";

/**
 * How the mesh knows the two: by the ServiceAccounts of the gateway's and of Prometheus' pods. Of the monitoring only
 * Prometheus has a certificate of the mesh.
 */
export const gatewayAccount: Account = { namespace: gatewayNamespace, name: "istio-ingress" };
export const monitoringAccount: Account = {
  namespace: monitoringNamespace,
  name: "kube-prometheus-stack-prometheus",
};

/** A ServiceAccount: what a pod of the mesh is known by. */
export interface Account {
  readonly namespace: string;
  readonly name: string;
}

/** Where the sidecar serves its own and the merged metrics. */
const sidecarMetricsPorts = [15020, 15090];

export function networkPolicySpec(args: NetworkArgs): PolicySpec {
  const { spec } = args;
  const byPort = new Map<number, Peer[]>();
  for (const caller of spec.callers) {
    const port = portNumber(spec, caller.port);
    byPort.set(port, [...(byPort.get(port) ?? []), ...callerPeers(args, caller)]);
  }
  const ingress = [...byPort].map(([port, from]) => ({ from, ports: [{ port, protocol: "TCP" }] }));
  if (args.injected) {
    ingress.push({
      from: [inNamespace(monitoringNamespace)],
      ports: sidecarMetricsPorts.map((port) => ({ port, protocol: "TCP" })),
    });
  }
  return {
    podSelector: { matchLabels: { ...args.selector } },
    policyTypes: ["Ingress", "Egress"],
    ingress,
    egress: [
      ...args.callees.map((callee) => egressTo(args, callee)),
      ...(spec.egress ?? []).map((egress) => egressRule(egress, args.facts)),
    ],
  };
}

/** The number behind a port's name. */
export function portNumber(spec: WorkloadSpec, name: string): number {
  const found = spec.container.ports.find((port) => port.name === name);
  if (found === undefined) {
    const names = spec.container.ports.map((port) => port.name).join(", ");
    throw new Error(`workload "${spec.name}" has no port "${name}" (its ports: ${names})`);
  }
  return found.port;
}

function callerPeers(args: NetworkArgs, caller: Caller): Peer[] {
  switch (caller.kind) {
    case "workload":
      return [
        {
          ...(caller.namespace === undefined ? {} : inNamespace(caller.namespace)),
          podSelector: { matchLabels: { ...selectorLabels(args.platform, caller.workload) } },
        },
      ];
    case "gateway":
      return [inNamespace(gatewayNamespace)];
    case "monitoring":
      return [inNamespace(monitoringNamespace)];
    case "world":
      return [{ ipBlock: { cidr: "0.0.0.0/0" } }, { ipBlock: { cidr: "::/0" } }];
  }
}

function egressTo(args: NetworkArgs, callee: Callee) {
  return {
    to: [
      {
        ...(callee.namespace === args.namespace ? {} : inNamespace(callee.namespace)),
        podSelector: { matchLabels: { ...selectorLabels(args.platform, callee.workload) } },
      },
    ],
    ports: [{ port: callee.port, protocol: "TCP" }],
  };
}

function egressRule(egress: Egress, facts: ApiServerFacts) {
  switch (egress.kind) {
    case "api-server":
      return apiServerEgress(facts);
    case "cidr":
      return {
        to: [{ ipBlock: { cidr: egress.cidr } }],
        ports: egress.ports.map((port) => ({ port, protocol: "TCP" })),
      };
  }
}

/** Every pod of a namespace. */
export function inNamespace(name: string): Peer {
  return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } };
}
