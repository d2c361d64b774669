/** What every pod of the foundation has, whether a chart makes it or a placeholder stands for it. */
import { PodMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type {
  FootprintSpec,
  FoundationCaller,
  FoundationEgress,
  FoundationPodRef,
} from "../../platforms/model/foundation.ts";
import { apiServerEgress } from "../cluster/api-server.ts";
import type { ClusterFacts } from "../cluster/contract.ts";
import { customResource } from "../custom-resource.ts";
import { chartPodsLabel, ownerLabels } from "../labels.ts";
import { gatewayNamespace, inNamespace, monitoringNamespace } from "../workload/network.ts";

type EgressRule = k8s.types.input.networking.v1.NetworkPolicyEgressRule;
type Peer = k8s.types.input.networking.v1.NetworkPolicyPeer;

/** All pods of the stack's foundation: the two ends of every call among them. */
export type FoundationPods = readonly FootprintSpec[];

export interface ProtectionArgs {
  readonly pod: FootprintSpec;
  /** Whether a chart makes the pod, and not a placeholder. */
  readonly byChart: boolean;
  readonly facts: Pick<ClusterFacts, "apiServerCidrs" | "apiServerPorts" | "workloadIdentity">;
  readonly all: FoundationPods;
  readonly namespace: pulumi.Input<string>;
}

/** A disruption budget where more than one replica runs. Charts' own budgets are off: two would block every eviction. */
export function disruptionBudget(
  name: string,
  args: ProtectionArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const { pod, byChart, namespace } = args;
  if (pod.kind === "DaemonSet" || pod.replicas < 2) return;
  new k8s.policy.v1.PodDisruptionBudget(
    name,
    {
      metadata: metadataOf(pod, namespace, byChart),
      spec: {
        maxUnavailable: 1,
        // One that is not ready serves nobody, and would hold up a drain.
        unhealthyPodEvictionPolicy: "AlwaysAllow",
        selector: { matchLabels: { ...pod.labels } },
      },
    },
    opts,
  );
}

/** Lets in the declared callers, and out what is declared or calls a pod that declares it. */
export function networkPolicy(name: string, args: ProtectionArgs, opts: pulumi.CustomResourceOptions): void {
  const { pod, all, byChart, facts, namespace } = args;
  new k8s.networking.v1.NetworkPolicy(
    name,
    {
      metadata: metadataOf(pod, namespace, byChart),
      spec: {
        podSelector: { matchLabels: { ...pod.labels } },
        policyTypes: ["Ingress", "Egress"],
        ingress: pod.callers.flatMap((caller) => ingressRule(caller, pod, all)),
        egress: [...pod.egress.flatMap((egress) => egressRules(egress, facts)), ...calls(pod, all)],
      },
    },
    opts,
  );
}

/** Where metrics are not under `/metrics`. */
const metricsPaths: Readonly<Partial<Record<FoundationPodRef, string>>> = {
  // The gateway's own metrics merged with Envoy's.
  "istio-gateway/gateway": "/stats/prometheus",
};

/** Those whose series are about objects in other namespaces: `namespace` and `name` are the object's, not the pod's. */
const tellOfOthers: ReadonlySet<FoundationPodRef> = new Set([
  "argo-cd/controller",
  "argo-rollouts/controller",
  "cert-manager/controller",
  "external-secrets/controller",
  "sealed-secrets/controller",
  "strimzi-kafka-operator/operator",
]);

/** The first port that monitoring calls is scraped. The Prometheus stack brings the monitors of its own pods. */
export function podMonitor(
  name: string,
  { pod, byChart }: Pick<ProtectionArgs, "pod" | "byChart">,
  opts: pulumi.CustomResourceOptions,
): void {
  const port = pod.callers.find(({ from }) => from === "monitoring")?.ports[0];
  if (port === undefined || pod.chart === "kube-prometheus-stack") return;
  customResource(
    name,
    new PodMonitor({
      metadata: metadataOf(pod, pod.namespace, byChart),
      spec: {
        selector: { matchLabels: { ...pod.labels } },
        podMetricsEndpoints: [
          {
            portNumber: port,
            path: metricsPaths[refOf(pod)] ?? "/metrics",
            interval: "30s",
            ...(tellOfOthers.has(refOf(pod)) ? { honorLabels: true } : {}),
          },
        ],
      },
    }),
    opts,
  );
}

function metadataOf<Namespace>(pod: FootprintSpec, namespace: Namespace, byChart: boolean) {
  return {
    name: pod.name,
    namespace,
    labels: {
      ...ownerLabels({ platform: "foundation", application: pod.chart }),
      ...(byChart ? { [chartPodsLabel]: pod.chart } : {}),
    },
  };
}

function refOf(pod: FootprintSpec): FoundationPodRef {
  return `${pod.chart}/${pod.pod}` as FoundationPodRef;
}

function ingressRule(caller: FoundationCaller, pod: FootprintSpec, all: FoundationPods) {
  const { from } = caller;
  const open = { ports: portsOf(caller) };
  switch (from) {
    case "anyone":
      return [open];
    case "cluster":
      return [{ from: [{ namespaceSelector: {} }], ...open }];
    case "gateway":
      return [{ from: [inNamespace(gatewayNamespace)], ...open }];
    case "monitoring":
      return [{ from: [inNamespace(monitoringNamespace)], ...open }];
    case "peers":
      return [{ from: [podPeer(pod)], ...open }];
    default: {
      const peers = all.filter((other) => refOf(other) === from).map(podPeer);
      return peers.length === 0 ? [] : [{ from: peers, ...open }];
    }
  }
}

/** The other end of `callers`: this pod calls those that name it. */
function calls(pod: FootprintSpec, all: FoundationPods) {
  return all.flatMap((other) =>
    other.callers
      .filter(({ from }) => from === refOf(pod) || (from === "peers" && other === pod))
      .map((caller) => ({ to: [podPeer(other)], ports: portsOf(caller) })),
  );
}

/** Where EKS' agent answers pods that ask for their identity (EKS documentation, "Pod Identity", restrictions). */
const eksIdentityAgent = { cidr: "169.254.170.23/32", port: 80 };

function egressRules({ to, ports }: FoundationEgress, facts: ProtectionArgs["facts"]): EgressRule[] {
  const restricted = ports === undefined ? {} : { ports: ports.map(tcp) };
  switch (to) {
    case "api-server":
      return [apiServerEgress(facts)];
    case "cloud-identity":
      return identityRules(facts);
    case "cluster":
      return [{ to: [{ namespaceSelector: {} }], ...restricted }];
    case "internet":
      return [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }, { ipBlock: { cidr: "::/0" } }], ...restricted }];
    case "everywhere":
      return [{}];
  }
}

function identityRules(facts: ProtectionArgs["facts"]): EgressRule[] {
  const { workloadIdentity } = facts;
  switch (workloadIdentity.kind) {
    case "none":
      return [];
    case "oke":
      return [{ ...apiServerEgress(facts), ports: workloadIdentity.tokenPorts.map(tcp) }];
    case "eks-pod-identity":
      return [{ to: [{ ipBlock: { cidr: eksIdentityAgent.cidr } }], ports: [tcp(eksIdentityAgent.port)] }];
  }
}

function tcp(port: number) {
  return { port, protocol: "TCP" };
}

function portsOf({ ports, protocols = ["TCP"] }: FoundationCaller) {
  return ports.flatMap((port) => protocols.map((protocol) => ({ port, protocol })));
}

function podPeer(pod: FootprintSpec): Peer {
  return { ...inNamespace(pod.namespace), podSelector: { matchLabels: { ...pod.labels } } };
}
