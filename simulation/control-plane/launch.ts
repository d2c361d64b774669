/** What the supervisor needs to start a cluster's processes. */
import type { ProgramName } from "../programs/table.ts";
import type { SimulatedClusterSpec } from "../spec.ts";

/** Ports on 127.0.0.1. */
export interface Ports {
  readonly apiServer: number;
  readonly etcdClient: number;
  readonly etcdPeer: number;
}

/** Programs that run for every cluster, in the order they start. */
export const controlPlanePrograms = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok",
] as const satisfies readonly ProgramName[];
export type ControlPlaneProgram = (typeof controlPlanePrograms)[number];

/** The cluster's `cluster.json`: what it was started from. */
export interface ClusterDescription {
  /** Changes when this file changes its meaning. */
  readonly layout: 1;
  readonly spec: SimulatedClusterSpec;
  readonly ports: Ports;
  readonly server: string;
  /** Pinned versions that the data was written with. */
  readonly versions: Readonly<Record<ControlPlaneProgram, string>>;
  /** File of the cache with registered custom resource definitions; it may not be there yet. */
  readonly seed: string;
  /** Changes when a process would be started with another program, flag or configuration. */
  readonly launchHash: string;
  /** Paths of the programs. */
  readonly programs: Readonly<Record<ControlPlaneProgram, string>>;
}
