/** Starts the simulated cluster of a stack, or brings the one that runs in line with its spec. */
import { mkdirSync, rmSync } from "node:fs";
import { administratorClient } from "./api/credentials.ts";
import { type ClusterDescription } from "./control-plane/launch.ts";
import { readDescription, writeDescription } from "./control-plane/description.ts";
import { choosePorts } from "./control-plane/ports.ts";
import { crdBundle } from "./crds/bundle.ts";
import { keepSeed } from "./crds/seed.ts";
import { clusterFolder, type ClusterFolder, startLock } from "./folder.ts";
import { contextName } from "./pki/kubeconfig.ts";
import { prepareFiles } from "./prepare.ts";
import { reconcile } from "./reconcile.ts";
import { hasRealNode, replaceMisplacedPods, startRealNode, stopRealNode } from "./node/index.ts";
import { codeOf, messageOf, SimulationError } from "./problem.ts";
import { withLock } from "./process/lock.ts";
import type { Report } from "./programs/ensure.ts";
import type { RunningCluster, RunningNode, SimulatedClusterSpec } from "./spec.ts";
import { endEverything } from "./stop.ts";
import { complaints, settled } from "./supervision/complaints.ts";
import { launchSupervisor, PortTakenError, type Starting } from "./supervision/launch.ts";
import { livingSupervisor } from "./supervision/living.ts";

export interface StartOptions {
  /** The clone: the cluster lives under its `.quint/`. */
  readonly root: string;
  readonly report?: Report;
  /** Wipe the cluster's data first. */
  readonly fresh?: boolean;
}

/** How often a start is tried with other ports when another program takes one in between. */
const portAttempts = 3;

/**
 * Starts the cluster of `spec.stack`, with the data it had when it was stopped, and resolves when it is of use:
 * API server up, custom resources established, nodes ready. When it runs already, only what differs from the spec
 * is changed; there is never a second supervisor for one folder.
 * @throws SimulationError that says what failed and what to do; nothing is left running then.
 */
export async function startCluster(
  spec: SimulatedClusterSpec,
  options: StartOptions,
): Promise<RunningCluster> {
  const report = options.report ?? (() => undefined);
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(spec.stack)) {
    throw new SimulationError(`"${spec.stack}" is no name for a stack here: use a lower-case DNS label.`);
  }
  const paths = clusterFolder(options.root, spec.stack);
  makeFolder(paths);
  return await withLock(
    startLock(options.root, spec.stack),
    async () => {
      const { description, attached } = await bringUp(spec, paths, options.fresh ?? false, report);
      const mayHaveRealPods = spec.realNode !== undefined || hasRealNode(paths.folder);
      const realNode = await bringUpRealNode(spec, options, report);
      if (spec.realNode !== undefined && realNode === undefined) {
        const simulated = { ...description, spec: { ...spec, realNode: undefined } };
        await withClient(paths, simulated, report, crdBundle(report));
      }
      if (mayHaveRealPods) await placePods(paths, description.server, realNode, report);
      return {
        stack: spec.stack,
        folder: paths.folder,
        kubeconfigPath: paths.kubeconfig,
        context: contextName(spec.stack),
        server: description.server,
        kubernetesVersion: description.versions["kube-apiserver"],
        attached,
        realNode,
      };
    },
    (holder) => {
      report(`Waiting for process ${holder}, which starts or stops this cluster.`);
    },
  );
}

/** @returns `undefined` without one: nothing was to run for real, or this machine cannot, which is reported. */
async function bringUpRealNode(
  { stack, realNode: choice, images }: SimulatedClusterSpec,
  { root }: StartOptions,
  report: Report,
): Promise<RunningNode | undefined> {
  if (choice === undefined) {
    await stopRealNode({ root, stack, report, remove: true });
    return undefined;
  }
  try {
    return await startRealNode({ root, stack, report, choice, ...(images === undefined ? {} : { images }) });
  } catch (error) {
    if (!(error instanceof SimulationError)) throw error;
    report(`Nothing runs for real, all of it is simulated. ${error.message}`);
    return undefined;
  }
}

/** Pods of an earlier start, or made before the real node was there, go where they belong now. */
async function placePods(
  paths: ClusterFolder,
  server: string,
  realNode: RunningNode | undefined,
  report: Report,
): Promise<void> {
  const client = administratorClient(paths, server);
  try {
    const references = realNode?.images.map(({ reference }) => reference) ?? [];
    const replaced = await replaceMisplacedPods(client, references);
    if (replaced > 0)
      report(`Pods that are made anew ${realNode ? "to run for real" : "as simulated"}: ${replaced}.`);
  } finally {
    client.close();
  }
}

async function bringUp(
  spec: SimulatedClusterSpec,
  paths: ClusterFolder,
  fresh: boolean,
  report: Report,
): Promise<{ description: ClusterDescription; attached: boolean }> {
  const before = readDescription(paths);
  const definitions = crdBundle(report);
  definitions.catch(() => undefined); // Awaited below; a failure before that must not be unhandled.
  const files = await prepareFiles(spec, paths, before, fresh, definitions, report);
  const running = livingSupervisor(paths);
  if (running?.phase === "running" && before && !fresh && !files.restartNeeded) {
    report(`The cluster of ${spec.stack} runs already (process ${running.supervisor.pid}).`);
    const description = { ...before, spec };
    if (await attach(paths, description, report, definitions)) return { description, attached: true };
  }

  if (running) report(`Restarting the cluster of ${spec.stack}.`);
  const ended = await endEverything(paths);
  if (!running && ended > 0) report(`Ended ${ended} processes that a killed supervisor left.`);
  if (fresh) rmSync(paths.folder, { recursive: true, force: true });
  makeFolder(paths);

  for (let attempt = 1; ; attempt++) {
    const description = await files.write(await choosePorts(fresh ? undefined : before?.ports));
    let starting: Starting | undefined;
    try {
      starting = await launchSupervisor(paths);
      await withClient(paths, description, report, definitions);
      await settled(paths);
      starting.keep();
      return { description, attached: false };
    } catch (error) {
      await starting?.giveUp();
      if (!(error instanceof PortTakenError) || attempt === portAttempts) throw error;
    }
  }
}

/** Brings a running cluster in line. @returns `false` when its supervisor died meanwhile: it has to be started then. */
async function attach(
  paths: ClusterFolder,
  description: ClusterDescription,
  report: Report,
  definitions: ReturnType<typeof crdBundle>,
): Promise<boolean> {
  try {
    await withClient(paths, description, report, definitions);
    writeDescription(paths, description);
    return true;
  } catch (error) {
    if (livingSupervisor(paths)) throw error;
    return false;
  }
}

async function withClient(
  paths: ClusterFolder,
  description: ClusterDescription,
  report: Report,
  definitions: ReturnType<typeof crdBundle>,
): Promise<void> {
  const client = administratorClient(paths, description.server);
  try {
    const registered = await reconcile(client, description, await definitions, report);
    if (registered === (await definitions).length) await keepSeed(description.seed, description, paths);
  } catch (error) {
    const reasons = complaints(paths);
    throw reasons === "" ? error : new SimulationError(`${messageOf(error)}\n${reasons}`, { cause: error });
  } finally {
    client.close();
  }
}

function makeFolder(paths: ClusterFolder): void {
  try {
    mkdirSync(paths.folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new SimulationError(
      `${paths.folder} cannot be made (${codeOf(error) ?? "unknown reason"}). The cluster keeps its data there: make the folder writable.`,
    );
  }
}
