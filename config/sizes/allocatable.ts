/** How much of a node is left for pods. */
import type { NodePool } from "../schema/cluster.ts";

/** What a node has, as Kubernetes writes quantities. */
export interface Resources {
  readonly cpu: string;
  readonly memory: string;
  readonly "ephemeral-storage": string;
  readonly pods: string;
}

/** What a node of the pool has. */
export function capacityOf(pool: NodePool): Resources {
  return {
    cpu: `${Math.round(pool.cpu * 1000)}m`,
    memory: `${Math.round(pool.memoryGiB * 1024)}Mi`,
    "ephemeral-storage": `${pool.diskGiB}Gi`,
    pods: String(pool.maxPods),
  };
}

/**
 * What is left of it for pods, after the kubelet, the container runtime and the system have kept theirs. The
 * steps are the ones that GKE publishes and that OKE and EKS's CPU reservation follow; each takes a part of what lies
 * between two bounds. They are a little careful: what fits here fits there.
 */
export function allocatableOf(pool: NodePool): Resources {
  return {
    cpu: `${Math.round(pool.cpu * 1000 - reservedCpuMillis(pool.cpu))}m`,
    memory: `${Math.floor(pool.memoryGiB * 1024 - reservedMemoryMi(pool.memoryGiB))}Mi`,
    // The kubelet evicts pods when less than 10 % of the disk is free (its default `nodefs.available<10%`).
    "ephemeral-storage": `${Math.floor(pool.diskGiB * 1024 * 0.9)}Mi`,
    pods: String(pool.maxPods),
  };
}

/** 6 % of the first CPU, 1 % of the second, 0.5 % of the third and fourth, 0.25 % of the rest; in thousandths of a CPU. */
function reservedCpuMillis(cpu: number): number {
  return (
    1000 *
    stepwise(cpu, [
      [1, 0.06],
      [2, 0.01],
      [4, 0.005],
      [Infinity, 0.0025],
    ])
  );
}

/**
 * 25 % of the first 4 GiB, 20 % of the next 4, 10 % of the next 8, 6 % of the next 112, 2 % of the rest, and the
 * 100 Mi at which the kubelet evicts; in MiB.
 */
function reservedMemoryMi(gibibytes: number): number {
  return (
    1024 *
      stepwise(gibibytes, [
        [4, 0.25],
        [8, 0.2],
        [16, 0.1],
        [128, 0.06],
        [Infinity, 0.02],
      ]) +
    100
  );
}

/** Sum of the parts that are taken between bounds; steps are `[upper bound, part]`, rising. */
function stepwise(amount: number, steps: readonly (readonly [bound: number, part: number])[]): number {
  let taken = 0;
  let from = 0;
  for (const [bound, part] of steps) {
    taken += Math.max(Math.min(amount, bound) - from, 0) * part;
    from = bound;
  }
  return taken;
}
