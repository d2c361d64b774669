/** Who may talk to a workload and whom it may call: a NetworkPolicy made from the declared callers alone. */
import type * as k8s from "@pulumi/kubernetes";
import type { Caller, Egress, WorkloadSpec } from "../../platforms/model/index.ts";
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
}

/** The namespaces of the foundation that callers come from. */
export const gatewayNamespace = "istio-ingress";
export const monitoringNamespace = "platform-monitoring";

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
    egress: [...args.callees.map((callee) => egressTo(args, callee)), ...(spec.egress ?? []).map(egressRule)],
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

function egressRule(egress: Egress) {
  switch (egress.kind) {
    case "api-server":
      // A NetworkPolicy sees the API server as addresses outside the pods; they differ by cluster, the ports do not.
      return { ports: [443, 6443].map((port) => ({ port, protocol: "TCP" })) };
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
