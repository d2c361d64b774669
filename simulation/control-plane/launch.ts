/** What the supervisor needs to start a cluster's processes. */
import type { ProgramName } from "../programs/table.ts";
import type { SimulatedClusterSpec } from "../spec.ts";

/** Ports on 127.0.0.1. */
export interface Ports {
  readonly apiServer: number;
  readonly etcdClient: number;
  readonly etcdPeer: number;
  /** Where Argo Rollouts' controller looks for the Prometheus of the stack; nobody listens there by itself. */
  readonly prometheus: number;
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

/** Carries out canaries and blue-greens; runs for clusters whose stack has some. */
export const rolloutsController = "rollouts-controller";

/** Paths of the programs. */
export type Programs = Readonly<Record<ControlPlaneProgram, string>> & {
  readonly [rolloutsController]?: string;
};

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
  readonly programs: Programs;
}
