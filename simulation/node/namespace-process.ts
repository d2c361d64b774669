/** The process that holds a node's namespaces: when it ends, however it ends, everything inside ends with it. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { diesWithParent } from "../process/dies-with-parent.ts";
import { SimulationError } from "../problem.ts";
import { namespaceFlags } from "./machine.ts";

/** Joins control groups before the namespaces are made, so that the groups are the roots that the node sees. */
const joinGroups =
  'while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs" || exit 1; shift; done; shift; exec "$@"';

export interface HeldNamespaces {
  /** `unshare` itself: outside of the process namespace. */
  readonly child: ChildProcess;
  /** The namespaces' first process, by its id on the machine. */
  readonly first: number;
}

/**
 * Starts a command as the child of a first process (`pause`) in new namespaces.
 * @param groups folders of the control groups that it joins.
 * @param log file that it writes to.
 */
export async function holdNamespaces(
  pause: string,
  command: readonly string[],
  groups: readonly string[],
  log: string,
): Promise<HeldNamespaces> {
  // `--kill-child`: should unshare be killed, so is the first process, and with it the whole process namespace.
  const unshare = ["unshare", ...namespaceFlags, "--kill-child", pause, ...command];
  const [program, ...rest] = diesWithParent(["sh", "-c", joinGroups, "sh", ...groups, "--", ...unshare]);
  const output = openSync(log, "a", 0o600);
  const environment = { ...process.env };
  delete environment.NODE_OPTIONS; // Meant for this process: a debugger, a loader.
  const child = spawn(program, rest, { stdio: ["ignore", output, output], env: environment });
  closeSync(output);
  const first = await firstChild(child);
  return { child, first };
}

async function firstChild(child: ChildProcess): Promise<number> {
  // A busy machine starts a program in seconds, not in tenths of one.
  const deadline = Date.now() + 60_000;
  while (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const [found] = childrenOf(child.pid);
    if (found !== undefined && nameOf(child.pid) === "unshare") return found;
    if (Date.now() > deadline) break;
    await sleep(10);
  }
  child.kill("SIGKILL");
  throw new SimulationError(
    "The node's namespaces could not be made: see real-node-inside.log of the cluster.",
  );
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return "";
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(join("/proc", String(pid), "task", String(pid), "children"), "utf8")
      .split(" ")
      .filter((entry) => entry.trim() !== "")
      .map(Number);
  } catch {
    return [];
  }
}

/** Whether a process of this machine is in a node's control groups: its programs and all its containers are. */
export function isInGroup(pid: number, group: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, "utf8").includes(`/${group}`);
  } catch {
    return false; // It has just ended.
  }
}
