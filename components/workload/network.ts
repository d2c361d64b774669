/** Who may talk to pods and whom they may call: a NetworkPolicy made from the declared callers alone. */
import type * as k8s from "@pulumi/kubernetes";
import type { Caller, Egress, WorkloadSpec } from "../../platforms/model/index.ts";
import { apiServerEgress, type ApiServerFacts } from "../cluster/api-server.ts";
import type { Labels } from "../labels.ts";

type Peer = k8s.types.input.networking.v1.NetworkPolicyPeer;
type PolicySpec = k8s.types.input.networking.v1.NetworkPolicySpec;

/** What this one calls: the other end of a declared caller. */
export interface Callee {
  readonly namespace: string;
  /** Labels of the pods that answer, one set for each object that makes some. */
  readonly pods: readonly Labels[];
  readonly ports: readonly number[];
  /** Default TCP. */
  readonly protocol?: "UDP";
}

/** The calls of a platform, from both of their ends; names are `namespace/name`. */
export interface Edges {
  /** Workload, job, data service, or one of its kinds of pods -> labels of the pods. */
  readonly pods: ReadonlyMap<string, readonly Labels[]>;
  readonly callees: ReadonlyMap<string, readonly Callee[]>;
}

/** What pods call that are known by a name: of a workload, a job, a data service. */
export function calleesOf({ callees }: Edges, namespace: string, name: string): readonly Callee[] {
  return callees.get(`${namespace}/${name}`) ?? [];
}

export interface NetworkArgs {
  readonly namespace: string;
  /** Labels of the pods that the policy is for. */
  readonly selector: Labels;
  readonly callees: readonly Callee[];
  readonly callers: readonly Caller[];
  /** Numbers behind the name of a port. @throws where there is none such. */
  readonly portsOf: (name: string) => readonly number[];
  readonly egress: readonly Egress[];
  readonly edges: Pick<Edges, "pods">;
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

/** OTLP of the collector: gRPC and HTTP. */
const telemetryPorts = [4317, 4318];

/** Where the sidecar serves its own and the merged metrics. */
const sidecarMetricsPorts = [15020, 15090];

export function networkPolicySpec(args: NetworkArgs): PolicySpec {
  const byPorts = new Map<string, { readonly from: Peer[]; readonly ports: PolicyPorts }>();
  for (const caller of args.callers) {
    const ports = policyPorts(args.portsOf(caller.port));
    const key = JSON.stringify(ports);
    byPorts.set(key, { from: [...(byPorts.get(key)?.from ?? []), ...callerPeers(args, caller)], ports });
  }
  const ingress = [...byPorts.values()];
  if (args.injected) {
    ingress.push({ from: [inNamespace(monitoringNamespace)], ports: policyPorts(sidecarMetricsPorts) });
  }
  return {
    podSelector: { matchLabels: { ...args.selector } },
    policyTypes: ["Ingress", "Egress"],
    ingress,
    egress: [
      ...args.callees.map((callee) => egressTo(args.namespace, callee)),
      ...args.egress.map((egress) => egressRule(egress, args.facts)),
    ],
  };
}

type PolicyPorts = { port: number; protocol: string }[];

/** Ports as a policy takes them. */
export function policyPorts(ports: readonly number[], protocol: "TCP" | "UDP" = "TCP"): PolicyPorts {
  return ports.map((port) => ({ port, protocol }));
}

/** What has ports with names: a workload. */
interface Named {
  readonly name: string;
  readonly container: Pick<WorkloadSpec["container"], "ports">;
}

/** The number behind a port's name. */
export function portNumber(spec: Named, name: string): number {
  const found = spec.container.ports.find((port) => port.name === name);
  if (found === undefined) {
    const names = spec.container.ports.map((port) => port.name).join(", ");
    throw new Error(`workload "${spec.name}" has no port "${name}" (its ports: ${names})`);
  }
  return found.port;
}

function callerPeers({ edges, namespace }: Pick<NetworkArgs, "edges" | "namespace">, caller: Caller): Peer[] {
  switch (caller.kind) {
    case "workload": {
      const from = caller.namespace ?? namespace;
      return podPeers(namespace, from, edges.pods.get(`${from}/${caller.workload}`) ?? []);
    }
    case "namespace":
      return [inNamespace(caller.namespace)];
    case "gateway":
      return [inNamespace(gatewayNamespace)];
    case "monitoring":
      return [inNamespace(monitoringNamespace)];
    case "world":
      return [{ ipBlock: { cidr: "0.0.0.0/0" } }, { ipBlock: { cidr: "::/0" } }];
  }
}

/** Pods as a policy names them: those of its own namespace by their labels alone. */
export function podPeers(namespace: string, of: string, pods: readonly Labels[]): Peer[] {
  return pods.map((labels) => ({
    ...(of === namespace ? {} : inNamespace(of)),
    podSelector: { matchLabels: { ...labels } },
  }));
}

function egressTo(namespace: string, callee: Callee) {
  return {
    to: podPeers(namespace, callee.namespace, callee.pods),
    ports: policyPorts(callee.ports, callee.protocol),
  };
}

function egressRule(egress: Egress, facts: ApiServerFacts) {
  switch (egress.kind) {
    case "api-server":
      return apiServerEgress(facts);
    case "telemetry":
      return { to: [inNamespace(monitoringNamespace)], ports: policyPorts(telemetryPorts) };
    case "everywhere":
      return {};
    case "cidr":
      return { to: [{ ipBlock: { cidr: egress.cidr } }], ports: policyPorts(egress.ports) };
  }
}

/** Every pod of a namespace. */
export function inNamespace(name: string): Peer {
  return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } };
}
