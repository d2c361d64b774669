/** Starts a supervisor as a process of its own session, which ends with its starter until it is told to stay. */
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { ClusterFolder } from "../folder.ts";
import { beginLog } from "./logs.ts";

export interface SpawnedSupervisor {
  /** What it says. */
  readonly log: string;
  /** Resolves when it has ended, with how: a signal or an exit code. */
  readonly ended: Promise<string>;
  readonly hasEnded: () => boolean;
  /** Lets it outlive this process. */
  readonly keep: () => void;
  /** Asks it to end, and resolves when it has. */
  readonly giveUp: () => Promise<void>;
}

/**
 * @param script path of a program that calls `supervise`; its arguments are the cluster's folder and the stack.
 * @param name of the log.
 */
export function spawnSupervisor(script: string, paths: ClusterFolder, name: string): SpawnedSupervisor {
  const log = beginLog(paths, name);
  const output = openSync(log, "a", 0o600);
  const environment = { ...process.env };
  delete environment.NODE_OPTIONS; // Meant for this process: a debugger, a loader.
  const child = spawn(process.execPath, [script, paths.folder, paths.stack], {
    cwd: paths.folder,
    detached: true,
    env: environment,
    stdio: ["pipe", output, output],
  });
  closeSync(output);
  child.stdin?.on("error", () => undefined); // It ended first; its exit says so.
  const ended = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => {
      resolve(signal ?? `exit code ${code ?? "unknown"}`);
    });
  });
  return {
    log,
    ended,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    keep: () => {
      child.stdin?.end("keep\n");
      child.unref();
    },
    giveUp: async () => {
      child.stdin?.end();
      await ended;
    },
  };
}
