/** The pods of a data service, whoever makes them: what protects them, scrapes them and stands for them is made from this. */
import type { PodKind, PodService } from "../../config/catalog/chart.ts";
import { foundationCharts } from "../../config/catalog/charts.ts";
import type { Autoscaling, DisruptionSpec, Egress, Resources } from "../../platforms/model/index.ts";
import type { Labels } from "../labels.ts";

/** Pods that are all alike. */
export interface DataPods {
  /** Name of the object that makes them. */
  readonly name: string;
  readonly kind: PodKind;
  /** Labels that they have, and no other pods of the namespace. They never change. */
  readonly labels: Labels;
  readonly containers: readonly { readonly name: string; readonly resources: Resources }[];
  /** Pods; at the least, under an autoscaler. */
  readonly replicas: number;
  readonly autoscaling?: Autoscaling;
  /** What a drain may take at a time, where more than one runs; left out: one. */
  readonly disruption?: DisruptionSpec;
  /** Volume of each. */
  readonly storage?: string;
  /** Services by which others call them, as their maker names them. */
  readonly services: readonly PodService[];
  /** Numbers behind the names of ports that callers use. */
  readonly ports: Readonly<Record<string, readonly number[]>>;
  /** Who else connects, whatever the platform declares. */
  readonly peers: readonly DataPeer[];
  readonly egress: readonly Egress[];
  readonly metrics?: { readonly port: number; readonly path?: string };
  /** What is done about their volumes when the namespace is copied; left out: nothing has to be. */
  readonly copying?: Copying;
  /** Whether they have no sidecar though other pods of their kind of service have. */
  readonly outsideMesh?: boolean;
}

export type Copying =
  /** They are left out: the store has backups of its own. The labels are those of its claims, and of no others. */
  | { readonly how: "not"; readonly claims: Labels }
  /** A command in each pod writes out what is only in memory; another one, after the copy, lets it go on. */
  | {
      readonly how: "quiet";
      readonly container: string;
      readonly before: readonly string[];
      readonly after?: readonly string[];
    };

/** Who connects to pods of a data service beside its callers. */
export interface DataPeer {
  /** Pods of the same service by their name, or others by labels: of its own namespace, or an operator's. */
  readonly from: { readonly pods: string } | { readonly namespace?: string; readonly labels: Labels };
  readonly ports: readonly number[];
  /** Default TCP. */
  readonly protocol?: "UDP";
}

/** The operators that connect to what they run. */
type OperatorChart = "cloudnative-pg" | "strimzi-kafka-operator" | "rabbitmq-cluster-operator";

/** The pods of an operator, as callers. */
export function operator(chart: OperatorChart, ...ports: readonly number[]): DataPeer {
  const { namespace, pods } = foundationCharts[chart];
  return { from: { namespace, labels: pods.operator.labels }, ports };
}

/** Pods of the same service, as callers. */
export function peers(pods: string, ...ports: readonly number[]): DataPeer {
  return { from: { pods }, ports };
}

/** A Service on ports that are the same inside and outside. */
export function serviceOn(name: string, ports: Readonly<Record<string, number>>): PodService {
  return {
    name,
    ports: Object.entries(ports).map(([port, number]) => ({ name: port, port: number, targetPort: number })),
  };
}
