/** What this machine offers to a real node: looked up once, by trying. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageEnvironment } from "../images/packages.ts";
import { findOnPath } from "../programs/ensure.ts";
import { hierarchiesIn, isUnified } from "./cgroups.ts";

/** Questions about a machine. Tests answer them with fakes. */
export interface Machine {
  readonly platform: string;
  readonly architecture: string;
  /** User id; `undefined` where there are none. */
  readonly user: number | undefined;
  readonly onPath: (program: string) => boolean;
  readonly exists: (path: string) => boolean;
  /** Whether namespaces of every kind that a node needs can be made. */
  readonly canUnshare: () => boolean;
  /** Controllers of control groups that are in use here. */
  readonly controllers: () => readonly string[];
  /** Whether the folder of control groups can be written. */
  readonly groupsWritable: () => boolean;
}

/** Kinds of namespaces that a node has of its own. */
export const namespaceFlags = ["--net", "--mount", "--pid", "--ipc", "--uts", "--cgroup", "--fork"] as const;

export const thisMachine: Machine = {
  platform: process.platform,
  architecture: process.arch,
  user: process.getuid?.(),
  onPath: (program) => findOnPath(program) !== undefined,
  exists: existsSync,
  canUnshare: () => spawnSync("unshare", [...namespaceFlags, "true"], { stdio: "ignore" }).status === 0,
  controllers: () => {
    const hierarchies = hierarchiesIn(readFileSync("/proc/self/cgroup", "utf8"));
    return isUnified(hierarchies)
      ? readFileSync("/sys/fs/cgroup/cgroup.controllers", "utf8").trim().split(" ")
      : hierarchies.flatMap(({ controllers }) => controllers.split(","));
  },
  groupsWritable: () =>
    spawnSync("sh", ["-c", "for f in /sys/fs/cgroup /sys/fs/cgroup/*/; do [ -w $f ] && exit 0; done; exit 1"])
      .status === 0,
};

/** The `iptables` that this kernel takes, tried in a network namespace of its own; `undefined` when it takes none. */
export function iptablesKind(packages: string): "nft" | "legacy" | undefined {
  const environment = packageEnvironment(packages);
  const comment = ["-m", "comment", "--comment", "quint", "-j", "MASQUERADE"];
  return (["nft", "legacy"] as const).find(
    (kind) =>
      spawnSync(
        "unshare",
        [
          "--net",
          join(packages, "usr/sbin", `iptables-${kind}`),
          "-t",
          "nat",
          "-A",
          "POSTROUTING",
          ...comment,
        ],
        { env: environment, stdio: "ignore" },
      ).status === 0,
  );
}

/** `overlayfs` where a folder can carry one, else plain copies, which take more disk and time. */
export function snapshotterFor(folder: string): "overlayfs" | "native" {
  const script = `cd "$1" && mkdir -p probe/l probe/u probe/w probe/m &&
    mount -t overlay overlay -o lowerdir=probe/l,upperdir=probe/u,workdir=probe/w probe/m`;
  const tried = spawnSync("unshare", ["--mount", "sh", "-c", script, "sh", folder], { stdio: "ignore" });
  spawnSync("rm", ["-rf", join(folder, "probe")]);
  return tried.status === 0 ? "overlayfs" : "native";
}

/** Whether this process may lower its `oom_score_adj`; leaves it as it was. */
export function mayLowerOomScore(): boolean {
  const file = "/proc/self/oom_score_adj";
  const before = readFileSync(file, "utf8").trim();
  try {
    writeFileSync(file, String(Number(before) - 1));
    writeFileSync(file, before);
    return true;
  } catch {
    return false;
  }
}
