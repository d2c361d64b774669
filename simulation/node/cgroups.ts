/** Control groups: the node gets one of its own in each hierarchy, and sees nothing above it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One hierarchy of this machine, and where the reading process is in it. */
export interface Hierarchy {
  /** Controllers as the kernel names them, e.g. `cpu,cpuacct`, `name=systemd`; empty for version 2. */
  readonly controllers: string;
  /** Place below the hierarchy's root. */
  readonly path: string;
}

export const cgroupRoot = "/sys/fs/cgroup";

/** Hierarchies in `/proc/self/cgroup`. */
export function hierarchiesIn(text: string): Hierarchy[] {
  return text
    .trim()
    .split("\n")
    .flatMap((line) => {
      const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
      return controllers === undefined || path === undefined ? [] : [{ controllers, path }];
    });
}

/** Whether the machine has version 2 only. */
export function isUnified(hierarchies: readonly Hierarchy[]): boolean {
  return hierarchies.every(({ controllers }) => controllers === "");
}

export function ownHierarchies(): Hierarchy[] {
  return hierarchiesIn(readFileSync("/proc/self/cgroup", "utf8"));
}

/** Folder name of a hierarchy below `/sys/fs/cgroup`: the controllers', `systemd` for `name=systemd`. */
export function hierarchyFolder({ controllers }: Hierarchy): string {
  return controllers.replace(/^name=/, "");
}

/**
 * Folders of the node's group, one a hierarchy. With version 1 below the group of this process, so that whatever
 * bounds this process bounds the node too; with version 2 at the top, since only there may a group with processes
 * of its own have children with controllers.
 */
export function groupFolders(name: string, hierarchies = ownHierarchies()): string[] {
  if (isUnified(hierarchies)) return [join(cgroupRoot, name)];
  return hierarchies
    .filter(({ controllers }) => controllers !== "")
    .map((one) => join(cgroupRoot, hierarchyFolder(one), one.path, name))
    .filter((folder) => existsSync(join(folder, "..")));
}

/** Makes the node's groups and returns their folders. A process joins by writing its id to `cgroup.procs` of each. */
export function makeGroups(name: string): string[] {
  const hierarchies = ownHierarchies();
  if (isUnified(hierarchies)) enableControllers(cgroupRoot);
  const folders = groupFolders(name, hierarchies);
  for (const folder of folders) {
    mkdirSync(folder, { recursive: true });
    if (existsSync(join(folder, "cpuset.cpus"))) inherit(folder);
  }
  return folders;
}

/** A new cpuset of version 1 has no CPU and no memory, and nothing can join it. */
function inherit(folder: string): void {
  for (const file of ["cpuset.cpus", "cpuset.mems"]) {
    if (readFileSync(join(folder, file), "utf8").trim() === "")
      writeFileSync(join(folder, file), readFileSync(join(folder, "..", file)));
  }
}

/** Version 2: lets the groups below `folder` have every controller that it has itself. */
export function enableControllers(folder: string): void {
  for (const controller of readFileSync(join(folder, "cgroup.controllers"), "utf8").trim().split(" ")) {
    try {
      writeFileSync(join(folder, "cgroup.subtree_control"), `+${controller}`);
    } catch {
      // One that cannot be handed on (`hugetlb` in some guests) is not needed either.
    }
  }
}

/** Removes groups in which nothing runs any more. Returns those that could not be removed. */
export function removeGroups(folders: readonly string[]): string[] {
  return folders.filter((folder) => existsSync(folder) && !removeGroup(folder));
}

function removeGroup(folder: string): boolean {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) removeGroup(join(folder, entry.name));
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
