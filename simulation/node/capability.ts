/** Whether this machine can run a real node, and if not, why, in one line. Looks, and changes nothing. */
import { type Machine, thisMachine } from "./machine.ts";

export type Capability =
  | { readonly able: true }
  | {
      readonly able: false;
      /** One line. */
      readonly reason: string;
      /** What to do about it, in one line. */
      readonly remedy: string;
    };

/** Programs of a plain Linux that a node is set up with; none of them is in a package of ours. */
const tools = { unshare: "util-linux", setpriv: "util-linux", mount: "mount", ip: "iproute2" } as const;
/** Needed to bound and count what pods use. */
const neededControllers = ["cpu", "memory", "pids"] as const;
/** Where the packages' programs lie when they are installed. */
const installed = [
  "/usr/bin/containerd",
  "/usr/bin/buildah",
  "/usr/sbin/iptables",
  "/usr/lib/cni/ptp",
] as const;

/** Takes about 20 ms. Whether packages can be downloaded shows only when they are. */
export function capability(machine: Machine = thisMachine): Capability {
  for (const look of [system, programs, packages, kernel]) {
    const refusal = look(machine);
    if (refusal) return { able: false, ...refusal };
  }
  return { able: true };
}

type Refusal = { readonly reason: string; readonly remedy: string } | undefined;

function system({ platform, architecture, user }: Machine): Refusal {
  if (platform !== "linux") {
    return {
      reason: `containers need Linux, and this is ${platform}`,
      remedy: "Use kind with a Docker engine.",
    };
  }
  if (architecture !== "x64" && architecture !== "arm64") {
    return { reason: `no images are made for ${architecture}`, remedy: "Use a machine with x64 or arm64." };
  }
  if (user !== 0) {
    return {
      reason: `namespaces and control groups need root, and this is user ${user ?? "unknown"}`,
      remedy: "Run it as root, or use kind with a Docker engine.",
    };
  }
  return undefined;
}

function programs({ onPath }: Machine): Refusal {
  const missing = Object.entries(tools).find(([tool]) => !onPath(tool));
  if (missing === undefined) return undefined;
  return { reason: `\`${missing[0]}\` is not on PATH`, remedy: `Install the package ${missing[1]}.` };
}

function packages({ onPath, exists }: Machine): Refusal {
  if (onPath("apt-get") && onPath("dpkg-deb")) return undefined;
  const missing = installed.find((path) => !exists(path));
  if (missing === undefined) return undefined;
  return {
    reason: `there is no apt-get to fetch packages with, and ${missing} is missing`,
    remedy: "Install containerd, buildah, iptables and the CNI plugins.",
  };
}

function kernel({ canUnshare, controllers, groupsWritable }: Machine): Refusal {
  if (!canUnshare()) {
    return {
      reason: "the kernel refuses new namespaces",
      remedy: "Run it outside of a container, or in a privileged one.",
    };
  }
  const there = controllers();
  const missing = neededControllers.filter((name) => !there.includes(name));
  if (missing.length > 0) {
    return {
      reason: `control groups lack ${missing.join(", ")}`,
      remedy: "Enable these controllers (kernel parameter cgroup_enable).",
    };
  }
  if (!groupsWritable()) {
    return { reason: "/sys/fs/cgroup is read-only", remedy: "Mount it writable." };
  }
  return undefined;
}
