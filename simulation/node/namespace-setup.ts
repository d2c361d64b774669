/** Makes the inside of a node's namespaces: file systems, network, control groups. Runs inside, before everything else. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SimulationError } from "../problem.ts";
import { cgroupRoot, enableControllers, hierarchyFolder, isUnified, ownHierarchies } from "./cgroups.ts";
import { insideFolder } from "./folder.ts";
import { uplink } from "./link.ts";
import { realNodeName } from "./addresses.ts";
import type { NodePlan } from "./plan.ts";

/** Seconds that the machine's side gets to attach the link. */
const linkWithin = 300;

function must(command: string, ...args: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) {
    const words = error?.message ?? stderr.trim();
    throw new SimulationError(`${command} ${args.join(" ")}: ${words}`);
  }
}

/** Folders that are the node's own: memory that goes with it, and its folder under a short name. */
export function mountFileSystems(nodeFolder: string): void {
  // Nothing that is mounted here shows outside (unshare made every mount private); inside, pods' mounts do.
  must("mount", "-t", "proc", "proc", "/proc");
  must("mount", "-t", "sysfs", "sysfs", "/sys");
  mountGroups();
  must("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run");
  mkdirSync(insideFolder);
  must("mount", "--bind", nodeFolder, insideFolder);
  must("mount", "--make-rshared", "/");
  // The one path that CNI does not let us choose. An empty folder may stay on the machine, as any CNI leaves it.
  mkdirSync("/var/lib/cni", { recursive: true });
  must("mount", "-t", "tmpfs", "tmpfs", "/var/lib/cni");
  writeFileSync("/proc/sys/kernel/hostname", realNodeName);
}

/** Mounts the hierarchies again: in this namespace their roots are the node's own groups. */
function mountGroups(): void {
  const hierarchies = ownHierarchies();
  if (isUnified(hierarchies)) {
    must("mount", "-t", "cgroup2", "cgroup2", cgroupRoot);
    // With version 2 a group with controllers for others has no processes itself.
    mkdirSync(join(cgroupRoot, "node"), { recursive: true });
    writeFileSync(join(cgroupRoot, "node", "cgroup.procs"), "0");
    for (const pid of ["1", String(process.pid)])
      writeFileSync(join(cgroupRoot, "node", "cgroup.procs"), pid);
    enableControllers(cgroupRoot);
    return;
  }
  must("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", cgroupRoot);
  for (const hierarchy of hierarchies.filter(({ controllers }) => controllers !== "")) {
    const folder = join(cgroupRoot, hierarchyFolder(hierarchy));
    mkdirSync(folder);
    must("mount", "-t", "cgroup", "-o", hierarchy.controllers, "cgroup", folder);
  }
}

/** Waits for the link, then sets addresses, forwarding, and the one rule by which pods reach the API server. */
export async function setUpNetwork(plan: NodePlan, environment: NodeJS.ProcessEnv): Promise<void> {
  const deadline = Date.now() + linkWithin * 1000;
  while (!existsSync(`/sys/class/net/${uplink}`)) {
    if (Date.now() > deadline) throw new SimulationError(`No link was attached within ${linkWithin} s.`);
    await sleep(20);
  }
  must("ip", "link", "set", "lo", "up");
  must("ip", "address", "add", `${plan.link.node}/30`, "dev", uplink);
  must("ip", "link", "set", uplink, "up");
  writeFileSync("/proc/sys/net/ipv4/ip_forward", "1");
  // Some tunnels' devices appear in every new namespace; a packet to nowhere must fail at once and not vanish.
  must("ip", "route", "add", "unreachable", "default");
  // The machine knows no way to pods: what they send it comes from the node.
  const masquerade = ["-t", "nat", "-A", "POSTROUTING", "-o", uplink, "-j", "MASQUERADE"];
  const { status, stderr } = spawnSync("iptables", ["-w", ...masquerade], {
    encoding: "utf8",
    env: environment,
  });
  if (status !== 0) throw new SimulationError(`iptables: ${stderr.trim()}`);
}

/** Ids of every process in this process namespace but the first and this one. */
export function otherProcesses(): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => pid !== 1 && pid !== process.pid);
}
