/** Stops simulated clusters. */
import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { clusterFolder, type ClusterFolder, stacksWithCluster, startLock } from "./folder.ts";
import { endRealNode } from "./node/index.ts";
import { isAlive } from "./process/identity.ts";
import { endLeftovers } from "./process/leftovers.ts";
import { withLock } from "./process/lock.ts";
import type { Report } from "./programs/ensure.ts";
import { livingSupervisor } from "./supervision/living.ts";
import { readState } from "./supervision/state.ts";

/** Seconds that a supervisor gets to stop its processes: the sum of their own bounds. */
const endsWithin = 25;

export interface StopOptions {
  /** The clone. */
  readonly root: string;
  /** One stack; every cluster of the clone without it. */
  readonly stack?: string;
  /** Also remove the cluster's folder: data, certificates, logs, kubeconfig. */
  readonly delete?: boolean;
  readonly report?: Report;
}

export interface StoppedCluster {
  readonly stack: string;
  /** How many processes were ended; 0 when the cluster did not run. */
  readonly processes: number;
}

/** Stops clusters and everything that a killed supervisor left. Their data stays, unless `delete` is given. */
export async function stopCluster(options: StopOptions): Promise<StoppedCluster[]> {
  const stacks = options.stack === undefined ? stacksWithCluster(options.root) : [options.stack];
  return await Promise.all(
    stacks.map((stack) => {
      const paths = clusterFolder(options.root, stack);
      return withLock(
        startLock(options.root, stack),
        async () => {
          const processes = await endEverything(paths);
          if (options.delete) rmSync(paths.folder, { recursive: true, force: true });
          return { stack, processes };
        },
        (holder) => options.report?.(`Waiting for process ${holder}, which starts or stops this cluster.`),
      );
    }),
  );
}

/**
 * Ends the supervisor with its processes, and whatever else belongs to the folder.
 * @returns how many processes there were.
 */
export async function endEverything(paths: ClusterFolder): Promise<number> {
  await endRealNode(paths);
  const recorded = readState(paths)?.processes.flatMap(({ identity }) => identity ?? []) ?? [];
  const running = livingSupervisor(paths);
  if (!running) return await endLeftovers(paths.folder, recorded);
  process.kill(running.supervisor.pid, "SIGTERM");
  const deadline = Date.now() + endsWithin * 1000;
  while (isAlive(running.supervisor) && Date.now() < deadline) await sleep(25);
  return Math.max(1 + recorded.length, await endLeftovers(paths.folder, recorded));
}
