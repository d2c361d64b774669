/** Sees to it that the stack's cluster is there before the engine needs it. */
import { existsSync } from "node:fs";
import { images, kubeconfigOf, type ClusterType, type Settings } from "../../config/index.ts";
import { describePlatforms } from "../../platforms/index.ts";
import type { Platform } from "../../platforms/model/index.ts";
import { clusterFolder } from "../../simulation/folder.ts";
import { findOnPath } from "../../simulation/programs/ensure.ts";
import type { SimulatedClusterSpec } from "../../simulation/spec.ts";
import { accessTo, connect, reaching } from "../cluster/access.ts";
import { dockerEngine } from "../cluster/docker.ts";
import type { Report } from "../console/steps.ts";
import { failure } from "../exit.ts";

/** Whether a run may start a simulated cluster, only works on one that runs, or needs none. */
export type ClusterNeed = "start" | "running" | "none";

/** Whether the stack has a simulated cluster on this machine, running or stopped. */
export function hasSimulatedCluster(root: string, stack: string): boolean {
  return existsSync(clusterFolder(root, stack).kubeconfig);
}

/** The simulated cluster of a stack: nodes shaped like its pools, classes of the same names, its own sidecar. */
export function simulatedSpec(settings: Settings): SimulatedClusterSpec {
  const { cluster } = settings;
  const { nodePools, storageClasses } = cluster;
  const platforms = describePlatforms(settings);
  return {
    ...(cluster.type === "embedded" && cluster.real !== "none"
      ? { realNode: cluster.real, images: imagesIn(platforms) }
      : {}),
    ...(hasRollouts(platforms) ? { rollouts: true } : {}),
    stack: settings.stack,
    nodePools,
    storageClasses,
    sidecar: { image: images.istioProxy.reference, ...settings.sizes.mesh.sidecar },
  };
}

/** Whether new versions of some workload come in gradually. */
function hasRollouts(platforms: readonly Platform[]): boolean {
  return platforms.some(({ applications }) =>
    applications.some(({ workloads }) => workloads.some(({ progressive }) => progressive !== undefined)),
  );
}

/** Every `image` in plain data, each once, sorted. */
function imagesIn(data: unknown): string[] {
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === "image" && typeof inner === "string") found.add(inner);
      else look(inner);
    }
  };
  look(data);
  return [...found].sort();
}

interface BringUpOptions {
  readonly root: string;
  readonly cluster: ClusterNeed;
}

type BringUp = (settings: Settings, options: BringUpOptions, report: Report) => Promise<string>;

/** What is done before the engine starts, by type. */
const before: Record<ClusterType, BringUp> = {
  existing: reachExisting,
  simulated: bringUpLocal,
  embedded: bringUpLocal,
  oke: made("OKE", "oci"),
  eks: made("EKS", "aws"),
  kind: bringUpKind,
};

/** A cluster that is there already: a plan against one that does not answer would call everything new. */
async function reachExisting(settings: Settings, { root }: BringUpOptions): Promise<string> {
  const access = accessTo(settings, root);
  const client = await connect(access);
  const { gitVersion } = await reaching(access, () => client.version.getCode());
  return `context ${access.context}, Kubernetes ${gitVersion}`;
}

/** Clusters that the program makes: their kubeconfig calls a program of the cloud at each use. */
function made(what: string, program: string): BringUp {
  return ({ cluster, stack }, { root, cluster: need }) => {
    if (findOnPath(program) === undefined) {
      throw failure(
        `Credentials for ${what} clusters are made by \`${program}\`, which is not on PATH.`,
        `Install and configure it. To try ${stack} on this machine: --cluster simulated.`,
      );
    }
    refuseMissing({ stack, cluster }, root, need);
    return Promise.resolve(what);
  };
}

function bringUpKind(settings: Settings, { root, cluster: need }: BringUpOptions): Promise<string> {
  const docker = dockerEngine();
  if ("reason" in docker) {
    throw failure(
      `A kind cluster needs a Docker engine: ${docker.reason}.`,
      "Start Docker, or use --cluster simulated.",
    );
  }
  refuseMissing(settings, root, need);
  return Promise.resolve(`kind, Docker ${docker.version}`);
}

/** @throws CommandError where a run works on a cluster, and `up` has not made it yet. */
function refuseMissing(settings: Pick<Settings, "stack" | "cluster">, root: string, need: ClusterNeed): void {
  if (need === "running" && !existsSync(kubeconfigOf(settings, root))) {
    throw failure(
      `The cluster of ${settings.stack} is not made yet.`,
      `./quint up ${settings.stack} makes it.`,
    );
  }
}

/** Returns one line about the cluster, for the person who waits for it. */
export async function bringUpCluster(
  settings: Settings,
  options: BringUpOptions,
  report: Report,
): Promise<string> {
  return options.cluster === "none" ? "gone" : await before[settings.cluster.type](settings, options, report);
}

async function bringUpLocal(settings: Settings, options: BringUpOptions, report: Report): Promise<string> {
  const { cluster, stack } = settings;
  const { startCluster, clusterStatus } = await import("../../simulation/index.ts");
  if (options.cluster === "running") {
    const [status] = await clusterStatus({ root: options.root, stack });
    if (status?.phase === "running") return `${cluster.type}, at ${status.server ?? ""}`;
    throw failure(
      `The simulated cluster of ${stack} does not run.`,
      `Start it: ./quint cluster start ${stack}`,
    );
  }
  const running = await startCluster(simulatedSpec(settings), { root: options.root, report });
  const nodes = cluster.nodePools.reduce((sum, pool) => sum + pool.count, 0);
  const real = running.realNode === undefined ? "" : ", one real node";
  return (
    `${running.realNode === undefined ? "simulated" : "embedded"}, Kubernetes ${running.kubernetesVersion}, ` +
    `${nodes} simulated nodes${real}${running.attached ? ", already running" : ""}`
  );
}
