/** Gets a cluster's programs and writes its files: certificates, kubeconfigs, configurations, description. */
import { createHash } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { writeDescription } from "./control-plane/description.ts";
import {
  type ClusterDescription,
  type ControlPlaneProgram,
  controlPlanePrograms,
  type Ports,
  type Programs,
  rolloutsController,
} from "./control-plane/launch.ts";
import { componentKubeconfig, processesOf } from "./control-plane/processes.ts";
import { schedulerConfiguration } from "./control-plane/scheduler-configuration.ts";
import type { Definition } from "./crds/definition.ts";
import { seedFile } from "./crds/seed.ts";
import type { ClusterFolder } from "./folder.ts";
import { ensureGoProgram } from "./images/go-program.ts";
import { goPrograms } from "./images/go-programs.ts";
import { ensurePki } from "./pki/cluster-pki.ts";
import { writeKubeconfig } from "./pki/kubeconfig.ts";
import { SimulationError } from "./problem.ts";
import { ensureProgram, type Report, sameMinor } from "./programs/ensure.ts";
import { pinnedVersion } from "./programs/pins.ts";
import type { SimulatedClusterSpec } from "./spec.ts";
import { kwokConfiguration } from "./stages/configuration.ts";

export interface PreparedFiles {
  /** Whether the processes that run were started differently from how they would be now. */
  readonly restartNeeded: boolean;
  /** Writes every file for these ports. */
  readonly write: (ports: Ports) => Promise<ClusterDescription>;
}

/**
 * @param before what the cluster was last started from.
 * @throws SimulationError when a program cannot be had, or the data is of another Kubernetes version.
 */
export async function prepareFiles(
  spec: SimulatedClusterSpec,
  paths: ClusterFolder,
  before: ClusterDescription | undefined,
  fresh: boolean,
  definitions: Promise<readonly Definition[]>,
  report: Report,
): Promise<PreparedFiles> {
  if (!fresh) refuseForeignData(paths, before);
  const programs = {} as Record<keyof Programs, string>;
  const versions = {} as Record<ControlPlaneProgram, string>;
  // One after another: a build takes every core there is.
  for (const name of controlPlanePrograms) {
    versions[name] = pinnedVersion(name);
    programs[name] = await ensureProgram(name, report);
  }
  if (spec.rollouts === true) {
    programs[rolloutsController] = await ensureGoProgram(goPrograms.rollouts, report);
  }
  const seed = seedFile(await definitions, versions["kube-apiserver"]);
  const describe = (ports: Ports): ClusterDescription => {
    const server = `https://127.0.0.1:${ports.apiServer}`;
    const described = { layout: 1 as const, spec, ports, server, versions, programs, seed };
    return { ...described, launchHash: launchHash(described, paths) };
  };
  return {
    restartNeeded: before?.launchHash !== (before && describe(before.ports).launchHash),
    write: async (ports) => {
      const description = describe(ports);
      await ensurePki(paths.pkiFolder);
      writeKubeconfig(paths.kubeconfig, paths.pkiFolder, "admin", spec.stack, description.server);
      for (const user of ["controller-manager", "scheduler", "kwok", rolloutsController] as const) {
        writeKubeconfig(
          componentKubeconfig(paths, user),
          paths.pkiFolder,
          user,
          spec.stack,
          description.server,
        );
      }
      writeFileSync(
        paths.schedulerConfiguration,
        schedulerConfiguration(componentKubeconfig(paths, "scheduler")),
      );
      writeFileSync(paths.kwokConfiguration, kwokConfiguration());
      writeDescription(paths, description);
      return description;
    },
  };
}

/** Changes when a process would be started with another program, flag or configuration. */
function launchHash(
  description: Pick<ClusterDescription, "ports" | "programs">,
  paths: ClusterFolder,
): string {
  const launch = [processesOf(description, paths), kwokConfiguration(), schedulerConfiguration("")];
  return createHash("sha256").update(JSON.stringify(launch)).digest("hex").slice(0, 16);
}

/** etcd's data does not survive an older API server, nor one that is two minors newer. */
function refuseForeignData(paths: ClusterFolder, before: ClusterDescription | undefined): void {
  if (!existsSync(paths.etcdFolder)) return;
  const [was, is] = [before?.versions["kube-apiserver"], pinnedVersion("kube-apiserver")];
  if (sameMinor(was, is)) return;
  throw new SimulationError(
    `The data in ${paths.folder} was written by Kubernetes ${was ?? "of an unknown version"}, and ${is} is pinned now. ` +
      `The cluster is disposable: start it with --fresh.`,
  );
}
