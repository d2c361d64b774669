/** Tells one process from another that got the same pid later: pid and start time together are unique. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** A process, named so that a recycled pid is never mistaken for it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque start time: clock ticks since boot with the boot's id on Linux, `ps`' start time elsewhere. */
  readonly started: string;
}

/** A process as the machine shows it. */
export interface SeenProcess extends ProcessIdentity {
  /** Program and arguments, with spaces between. */
  readonly command: string;
  readonly memoryBytes: number;
}

/** The process that runs this code. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, started: seeProcess(process.pid)?.started ?? "unknown" };
}

/** Whether this very process still runs. */
export function isAlive(identity: ProcessIdentity): boolean {
  return seeProcess(identity.pid)?.started === identity.started;
}

/** The process with that pid, or `undefined` when there is none or only its unreaped rest. */
export function seeProcess(pid: number): SeenProcess | undefined {
  return process.platform === "linux" ? readProc(pid) : readPs(["-p", String(pid)])[0];
}

/** Every process that this user may see. */
export function seeProcesses(): SeenProcess[] {
  if (process.platform !== "linux") return readPs(["-ax"]);
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map((entry) => readProc(Number(entry)))
    .filter((seen) => seen !== undefined);
}

let bootId: string | undefined;

function readProc(pid: number): SeenProcess | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the name in parentheses and may hold anything; count fields after the last one.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, threads, started, pages] = [fields[0], fields[17], fields[19], fields[21]];
    // A zombie with more than one thread is still ending, and still has its ports and files.
    if ((state === "Z" && threads === "1") || started === undefined) return undefined;
    bootId ??= readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trimEnd();
    return { pid, started: `${bootId}/${started}`, command, memoryBytes: Number(pages) * 4096 };
  } catch {
    return undefined;
  }
}

function readPs(selection: readonly string[]): SeenProcess[] {
  const format = ["-ww", "-o", "pid=,rss=,stat=,lstart=,command="];
  const environment = { ...process.env, LC_ALL: "C" };
  return parsePs(spawnSync("ps", [...selection, ...format], { encoding: "utf8", env: environment }).stdout);
}

/** What `ps -o pid=,rss=,stat=,lstart=,command=` prints, without what has ended and was not waited for. */
export function parsePs(output: string): SeenProcess[] {
  return output.split("\n").flatMap((line): SeenProcess[] => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/.exec(line);
    const [, pid, kibibytes, state = "", started = "", command = ""] = match ?? [];
    if (match === null || state.startsWith("Z")) return [];
    return [{ pid: Number(pid), started, command, memoryBytes: Number(kibibytes) * 1024 }];
  });
}
