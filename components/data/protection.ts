/** What every pod of a data service has, whether an operator makes it, a chart does, or a placeholder stands for it. */
import { PodMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Caller } from "../../platforms/model/index.ts";
import { customResource } from "../custom-resource.ts";
import { chartPodsLabel, ownerLabels, type Labels } from "../labels.ts";
import { authorizationPolicy, type Admitted } from "../workload/authorization.ts";
import { autoscaler } from "../workload/autoscaling.ts";
import { calleesOf, networkPolicySpec, podPeers, policyPorts, type Callee } from "../workload/network.ts";
import type { DataServiceArgs } from "./definition.ts";
import type { DataPeer, DataPods } from "./pods.ts";

/** Seconds between two scrapes. */
const scrapeInterval = 30;

export interface ProtectionArgs extends DataServiceArgs {
  readonly pods: DataPods;
  /** All pods of the service: both ends of every call among them. */
  readonly all: readonly DataPods[];
  /** Whether the mesh injects its sidecar into them. */
  readonly injected: boolean;
}

/** Disruption budget, autoscaler, network policy and monitor of pods. */
export function protect(name: string, args: ProtectionArgs, opts: pulumi.CustomResourceOptions): void {
  const { pods, namespace } = args;
  const labels = { ...ownerLabels(args.owner), ...foreignPods(args) };
  const metadata = { name: pods.name, namespace: namespace.namespaceName, labels };
  if ((pods.autoscaling?.min ?? pods.replicas) > 1) {
    new k8s.policy.v1.PodDisruptionBudget(
      name,
      // Makers' own budgets are off: two would block every eviction.
      {
        metadata,
        spec: {
          ...(pods.disruption ?? { maxUnavailable: 1 }),
          selector: { matchLabels: { ...pods.labels } },
        },
      },
      opts,
    );
  }
  // A chart that runs makes the autoscaler itself: it would otherwise write the number of replicas at each upgrade.
  if (pods.autoscaling !== undefined && !args.facts.controllersRun) {
    autoscaler(
      name,
      {
        metadata,
        target: { apiVersion: "apps/v1", kind: pods.kind, name: pods.name },
        container: pods.containers[0]?.name ?? pods.name,
        autoscaling: pods.autoscaling,
      },
      opts,
    );
  }
  new k8s.networking.v1.NetworkPolicy(name, { metadata, spec: policyOf(args) }, opts);
  const plainMetadata = { name: pods.name, namespace: namespace.spec.name, labels };
  if (args.injected) {
    customResource(
      name,
      authorizationPolicy({
        metadata: plainMetadata,
        selector: pods.labels,
        admitted: [...admittedCallers(args), ...admittedPeers(pods)],
        accounts: args.accounts,
      }),
      { ...opts, dependsOn: [namespace] },
    );
  }
  if (pods.metrics !== undefined) {
    const { port, path } = pods.metrics;
    customResource(
      name,
      new PodMonitor({
        metadata: plainMetadata,
        spec: {
          selector: { matchLabels: { ...pods.labels } },
          podMetricsEndpoints: [
            { portNumber: port, path: path ?? "/metrics", interval: `${scrapeInterval}s` },
          ],
        },
      }),
      { ...opts, dependsOn: [namespace] },
    );
  }
}

/** Labels of an object that is about pods which a chart or an operator makes. */
export function foreignPods({ facts, spec }: DataServiceArgs): Record<string, string> {
  return facts.controllersRun ? { [chartPodsLabel]: spec.kind } : {};
}

/** Lets in the declared callers, peers, the operator and the monitoring; out to peers and what is declared. */
function policyOf(args: ProtectionArgs): k8s.types.input.networking.v1.NetworkPolicySpec {
  const { pods, all, spec, edges } = args;
  const namespace = args.namespace.spec.name;
  const policy = networkPolicySpec({
    namespace,
    selector: pods.labels,
    callers: callersOf(args),
    portsOf: (port) => pods.ports[port] ?? [],
    callees: [
      ...calleesOf(edges, namespace, spec.name),
      ...(pods.name === spec.name ? [] : calleesOf(edges, namespace, pods.name)),
      ...calledPeers(pods, all, namespace),
    ],
    egress: pods.egress,
    edges,
    injected: args.injected,
    facts: args.facts,
  });
  const others = pods.peers.map((peer) => ({
    from: peersOf(peer, all, namespace),
    ports: policyPorts(peer.ports, peer.protocol),
  }));
  return { ...policy, ingress: [...(policy.ingress as object[]), ...others] };
}

/** The callers at ports that these pods have, and the monitoring where they have metrics, declared or not. */
function callersOf({ pods, spec }: ProtectionArgs): readonly Caller[] {
  const declared = spec.callers.filter((caller) => !isScrape(caller) && caller.port in pods.ports);
  return pods.metrics === undefined ? declared : [...declared, { kind: "monitoring", port: "metrics" }];
}

function admittedCallers(args: ProtectionArgs): readonly Admitted[] {
  return callersOf(args).map((caller) => ({ caller, ports: args.pods.ports[caller.port] ?? [] }));
}

/** Pods of the same service, as callers by name. What is not TCP does not go through the mesh. */
function admittedPeers({ peers }: DataPods): readonly Admitted[] {
  return peers.flatMap(({ from, ports, protocol }) =>
    "pods" in from && protocol === undefined
      ? [{ caller: { kind: "workload", workload: from.pods, port: "" } as const, ports }]
      : [],
  );
}

function isScrape(caller: Caller): boolean {
  return caller.kind === "monitoring" && caller.port === "metrics";
}

function peersOf({ from }: DataPeer, all: readonly DataPods[], namespace: string) {
  return "pods" in from
    ? podPeers(namespace, namespace, labelsOf(from.pods, all))
    : podPeers(namespace, from.namespace ?? namespace, [from.labels]);
}

/** The other end of `peers`: these pods call those that name them. */
function calledPeers(pods: DataPods, all: readonly DataPods[], namespace: string): readonly Callee[] {
  return all.flatMap((other) =>
    other.peers
      .filter(({ from }) => "pods" in from && from.pods === pods.name)
      .map(({ ports, protocol }) => ({
        namespace,
        pods: [other.labels],
        ports,
        ...(protocol === undefined ? {} : { protocol }),
      })),
  );
}

function labelsOf(name: string, all: readonly DataPods[]): readonly Labels[] {
  return all.filter((pods) => pods.name === name).map(({ labels }) => labels);
}
