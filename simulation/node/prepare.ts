/** Gets everything that a real node is started from, and writes its configuration. Starts nothing. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { RealChoice } from "../../config/schema/real-choice.ts";
import { ensureGoProgram } from "../images/go-program.ts";
import { goPrograms } from "../images/go-programs.ts";
import {
  chosenImages,
  ensureImages,
  type ImageArchive,
  type MadeImage,
  ensurePackages,
  nodePackages,
  pauseImage,
} from "../images/index.ts";
import { SimulationError } from "../problem.ts";
import { ensureProgram, findOnPath, type Report } from "../programs/ensure.ts";
import { ensureNodeCertificates } from "./certificates.ts";
import { apiServerFor, configurationFiles } from "./configuration.ts";
import { capability } from "./capability.ts";
import { nodePath } from "./folder.ts";
import { linkOf } from "./link.ts";
import { iptablesKind, mayLowerOomScore, snapshotterFor } from "./machine.ts";
import type { NodePlan } from "./plan.ts";
import { ensureRunc } from "./runc.ts";

export interface PrepareOptions {
  /** The cluster's folder. */
  readonly clusterFolder: string;
  /** Folder of the cluster's certificates. */
  readonly pkiFolder: string;
  /** Port of the API server on 127.0.0.1. */
  readonly apiServer: number;
  /** How much runs for real. */
  readonly choice: RealChoice;
  /** References of the images to make, of that choice; all of it without them. */
  readonly images: readonly string[] | undefined;
  readonly report: Report;
}

/**
 * @throws SimulationError that says why there can be no real node here, and what to do.
 */
export async function prepareRealNode(options: PrepareOptions): Promise<NodePlan> {
  const { clusterFolder, pkiFolder, apiServer, choice, images, report } = options;
  const able = capability();
  if (!able.able) throw new SimulationError(`No real node here: ${able.reason}. ${able.remedy}`);
  const folder = nodePath(clusterFolder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);

  const packages = findOnPath("apt-get") ? await ensurePackages(nodePackages, report) : "/";
  const iptables = iptablesKind(packages);
  if (iptables === undefined) {
    throw new SimulationError(
      "No real node here: this kernel takes no iptables rules. It needs nf_tables or ip_tables with NAT.",
    );
  }
  const link = linkOf(folder);
  const plan: NodePlan = {
    layout: 1,
    choice,
    link,
    group: link.name,
    apiServer,
    packages,
    programs: {
      kubelet: await ensureProgram("kubelet", report),
      "kube-proxy": await ensureProgram("kube-proxy", report),
      coredns: await ensureGoProgram(goPrograms.coredns, report),
      runc: await ensureRunc(packages, report),
      pause: await ensureGoProgram(goPrograms.pause, report),
    },
    iptables,
    snapshotter: snapshotterFor(folder),
    mayLowerOomScore: mayLowerOomScore(),
    pauseReference: pauseImage.reference,
    images: [
      ...(await ensureImages([pauseImage], packages, report)),
      ...(await ensurePossible(
        chosenImages(choice, images).map(([, image]) => image),
        packages,
        report,
      )),
    ],
  };
  await ensureNodeCertificates(pkiFolder, nodePath(clusterFolder, "pki"), link.node, apiServerFor(plan));
  writeFiles(clusterFolder, plan);
  return plan;
}

/** An image that cannot be made costs only itself: its pods stay simulated. */
async function ensurePossible(
  wanted: readonly MadeImage[],
  packages: string,
  report: Report,
): Promise<ImageArchive[]> {
  const made: ImageArchive[] = [];
  for (const image of wanted) {
    try {
      made.push(...(await ensureImages([image], packages, report)));
    } catch (error) {
      if (!(error instanceof SimulationError)) throw error;
      report(`${image.reference} stays simulated: it cannot be made. ${error.message}`);
    }
  }
  return made;
}

function writeFiles(clusterFolder: string, plan: NodePlan): void {
  const etc = nodePath(clusterFolder, "configuration");
  for (const [name, content] of Object.entries(configurationFiles(plan))) {
    mkdirSync(dirname(join(etc, name)), { recursive: true });
    writeIfDifferent(join(etc, name), content);
  }
  for (const name of ["iptables", "ip6tables"]) {
    for (const suffix of ["", "-save", "-restore"]) linkCommand(etc, plan, name, suffix);
  }
  for (const file of ["containerd", "kubelet", "podLogs", "volumes"] as const)
    mkdirSync(nodePath(clusterFolder, file), { recursive: true, mode: 0o700 });
}

/**
 * The node may run while it is prepared again, and containerd watches the folder of its network configuration: when
 * that goes, even for a moment, no pod can be made or ended any more ("cni plugin not initialized").
 */
function writeIfDifferent(file: string, content: string): void {
  if (!existsSync(file) || readFileSync(file, "utf8") !== content) {
    writeFileSync(file, content, { mode: 0o600 });
  }
}

/** From here on this is what the node is started from. */
export function writePlan(clusterFolder: string, plan: NodePlan): void {
  writeFileSync(nodePath(clusterFolder, "plan"), `${JSON.stringify(plan, null, 2)}\n`, { mode: 0o600 });
}

/** Installing `iptables` would choose between the two; unpacked, neither has the plain name yet. */
function linkCommand(etc: string, { packages, iptables }: NodePlan, name: string, suffix: string): void {
  const bin = join(etc, "bin");
  mkdirSync(bin, { recursive: true });
  const target = join(packages, "usr/sbin", `${name}-${iptables}${suffix}`);
  const link = join(bin, `${name}${suffix}`);
  rmSync(link, { force: true });
  if (existsSync(target)) symlinkSync(target, link);
}
