/** Log files of a cluster's processes: a new one each start, the last one kept beside it, and none without bound. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
} from "node:fs";
import { join } from "node:path";
import type { ClusterFolder } from "../folder.ts";

/** A log that grows over this many bytes is moved aside; so a process keeps at most twice as much. */
const largest = 8 * 1024 * 1024;

export function logFile(paths: ClusterFolder, process: string): string {
  return join(paths.logsFolder, `${process}.log`);
}

/** Begins a new log: the old one becomes `<name>.log.1`. */
export function beginLog(paths: ClusterFolder, process: string): string {
  mkdirSync(paths.logsFolder, { recursive: true, mode: 0o700 });
  const path = logFile(paths, process);
  if (existsSync(path)) renameSync(path, `${path}.1`);
  return path;
}

/** Moves a log that has grown too large aside. Copied and cut, because the process goes on appending to the same file. */
export function boundLog(path: string): void {
  if (!existsSync(path) || statSync(path).size <= largest) return;
  copyFileSync(path, `${path}.1`);
  truncateSync(path, 0);
}

/** Lines in which Go programs say what they died of; a stack trace of any length may follow. */
const cause = /^panic:|^fatal error:|"level":"(fatal|panic)"|^F\d{4} /;

/** The last lines of a log, from a byte on, behind the one that names the cause if that is further up. */
export function lastLines(path: string, from = 0, count = 8): string {
  if (!existsSync(path)) return "";
  const lines = readFileSync(path).subarray(from).toString().trimEnd().split("\n");
  const last = lines.slice(-count);
  const named = lines.slice(0, -count).findLast((line) => cause.test(line));
  return [...(named === undefined ? [] : [named]), ...last].join("\n");
}
