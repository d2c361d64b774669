/** Starts and stops the real node of a cluster whose control plane runs. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { administratorClient } from "../api/credentials.ts";
import { readDescription } from "../control-plane/description.ts";
import { clusterFolder, type ClusterFolder } from "../folder.ts";
import type { RealChoice } from "../../config/schema/real-choice.ts";
import { SimulationError } from "../problem.ts";
import { isAlive } from "../process/identity.ts";
import { readHolder, withLock } from "../process/lock.ts";
import type { Report } from "../programs/ensure.ts";
import type { RunningNode } from "../spec.ts";
import { lastLines } from "../supervision/logs.ts";
import { spawnSupervisor } from "../supervision/spawn.ts";
import { realNodeName } from "./addresses.ts";
import { nodePath } from "./folder.ts";
import { clearMachine } from "./machine-state.ts";
import { realNodeReady, reconcileRealNode, removeRealNodeObjects } from "./objects.ts";
import { type NodePlan, readPlan } from "./plan.ts";
import { prepareRealNode, writePlan } from "./prepare.ts";

export interface RealNodeOptions {
  /** The clone: the cluster lives under its `.quint/`. */
  readonly root: string;
  readonly stack: string;
  readonly report?: Report;
}

/** Seconds that a supervisor gets to stop: containers 5, programs 3, and what is left. */
const endsWithin = 25;

/**
 * Starts the node, or keeps the one that runs when nothing about it has changed, and resolves when it is ready.
 * Whatever an earlier node left is cleared away first.
 * @param options.choice how much runs for real.
 * @param options.images references of the images to make, of that choice; all of it without them.
 * @throws SimulationError that says why there can be none here, or what failed; nothing of it is left running then.
 */
export async function startRealNode(
  options: RealNodeOptions & {
    readonly choice: Exclude<RealChoice, "none">;
    readonly images?: readonly string[];
  },
): Promise<RunningNode> {
  const { root, stack, choice, images, report = () => undefined } = options;
  const paths = clusterFolder(root, stack);
  const description = readDescription(paths);
  if (description === undefined) throw new SimulationError(`The cluster of ${stack} was never started.`);
  const { plan, attached } = await withLock(nodePath(paths.folder, "startLock"), async () => {
    const plan = await prepareRealNode({
      clusterFolder: paths.folder,
      pkiFolder: paths.pkiFolder,
      apiServer: description.ports.apiServer,
      choice,
      images,
      report,
    });
    const before = readPlan(paths.folder);
    const attached = livingSupervisor(paths) !== undefined && JSON.stringify(before) === JSON.stringify(plan);
    if (!attached) await endRealNode(paths);
    writePlan(paths.folder, plan);
    await bringUp(paths, plan, description.server, attached);
    return { plan, attached };
  });
  return {
    name: realNodeName,
    images: plan.images
      .filter(({ reference }) => reference !== plan.pauseReference)
      .map(({ reference, version, note }) => ({ reference, version, note })),
    attached,
  };
}

/**
 * Ends the node with its containers, and removes what it put on the machine, also what a killed one left. Data on
 * volumes stays.
 * @param options.remove also take the node and its policy out of the cluster, whose API server runs; else they stay
 * for the next start.
 */
export async function stopRealNode(options: RealNodeOptions & { readonly remove?: boolean }): Promise<void> {
  const paths = clusterFolder(options.root, options.stack);
  const plan = readPlan(paths.folder);
  if (plan === undefined) return;
  await withLock(nodePath(paths.folder, "startLock"), () => endRealNode(paths));
  const description = readDescription(paths);
  if (!options.remove || description === undefined) return;
  const client = administratorClient(paths, description.server);
  try {
    await removeRealNodeObjects(client, plan);
    rmSync(nodePath(paths.folder, "plan"), { force: true });
  } finally {
    client.close();
  }
}

/** Whether the cluster has or had a real node: pods may be there that were sent to it. */
export function hasRealNode(clusterFolder: string): boolean {
  return readPlan(clusterFolder) !== undefined;
}

async function bringUp(
  paths: ClusterFolder,
  plan: NodePlan,
  server: string,
  attached: boolean,
): Promise<void> {
  const client = administratorClient(paths, server);
  const starting = attached ? undefined : launch(paths);
  try {
    await Promise.all([
      reconcileRealNode(client, plan),
      Promise.race([realNodeReady(client, paths.folder), ...(starting ? [starting.failed] : [])]),
    ]);
    starting?.keep();
  } catch (error) {
    if (starting) await endRealNode(paths);
    // Pods must not be sent to a node that is not there.
    await removeRealNodeObjects(client, plan).catch(() => undefined);
    throw error;
  } finally {
    client.close();
  }
}

/** @throws from `failed`, when the supervisor ends before it is told to stay. */
function launch(paths: ClusterFolder): { keep: () => void; failed: Promise<never> } {
  // What a killed node said last ("running", with heartbeats to show for it) is not this one's word.
  rmSync(nodePath(paths.folder, "state"), { force: true });
  const script = join(import.meta.dirname, "supervisor.ts");
  const { log, ended, keep } = spawnSupervisor(script, paths, "real-node");
  const failed = ended.then((how): never => {
    throw new SimulationError(
      `The real node could not be started: its supervisor ended (${how}). The last lines of ${log}:\n${lastLines(log)}`,
    );
  });
  failed.catch(() => undefined); // After `keep` nobody waits for it.
  return { keep, failed };
}

/** The node's supervisor, if it lives. */
export function livingSupervisor(paths: Pick<ClusterFolder, "folder">): { readonly pid: number } | undefined {
  const holder = readHolder(nodePath(paths.folder, "lock"));
  return holder && isAlive(holder) ? holder : undefined;
}

/**
 * Ends the node of a cluster's folder, by whatever it can be recognised, and clears away what it put on the machine.
 * To be called before the control plane is ended and before the folder is removed.
 */
export async function endRealNode(paths: Pick<ClusterFolder, "folder">): Promise<void> {
  const supervisor = livingSupervisor(paths);
  if (supervisor) {
    process.kill(supervisor.pid, "SIGTERM");
    const deadline = Date.now() + endsWithin * 1000;
    while (livingSupervisor(paths) && Date.now() < deadline) await sleep(50);
    if (livingSupervisor(paths)) process.kill(supervisor.pid, "SIGKILL");
  }
  const left = await clearMachine(paths.folder);
  if (left.length > 0) {
    throw new SimulationError(
      `Control groups of the real node cannot be removed, something runs in them: ${left.join(", ")}.`,
    );
  }
}
