/** Starts a supervisor of its own session and follows its start. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { closeSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterFolder } from "../folder.ts";
import { SimulationError } from "../problem.ts";
import { beginLog, lastLines } from "./logs.ts";
import { readState } from "./state.ts";

/** Another program took a port between its choice and its use. */
export class PortTakenError extends SimulationError {}

/** A cluster whose processes run, but which does not yet outlive its starter. */
export interface Starting {
  /** Lets the cluster outlive this process. */
  readonly keep: () => void;
  /** Ends the cluster's processes and resolves when they have ended. */
  readonly giveUp: () => Promise<void>;
}

/**
 * Starts the supervisor and resolves when every process runs.
 * @throws PortTakenError, or SimulationError with the last lines of what failed; nothing is left running then.
 */
export async function launchSupervisor(paths: ClusterFolder): Promise<Starting> {
  rmSync(paths.state, { force: true });
  const log = beginLog(paths, "supervisor");
  const output = openSync(log, "a", 0o600);
  const environment = { ...process.env };
  delete environment.NODE_OPTIONS; // Meant for this process: a debugger, a loader.
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, "..", "supervisor.ts"), paths.folder, paths.stack],
    {
      cwd: paths.folder,
      detached: true,
      env: environment,
      stdio: ["pipe", output, output],
    },
  ) as ChildProcessByStdio<Writable, null, null>;
  closeSync(output);
  const { stdin } = child;
  const end = new Promise<void>((resolve) => {
    child.once("exit", () => {
      resolve();
    });
  });
  stdin.on("error", () => undefined); // It ended first; its exit says so.

  for (;;) {
    const state = readState(paths);
    if (state?.phase === "running") break;
    if (child.exitCode !== null || child.signalCode !== null) {
      if (state?.failure?.reason === "port-taken") throw new PortTakenError(state.failure.message);
      throw new SimulationError(
        state?.failure?.message ?? `The supervisor ended. The last lines of ${log}:\n${lastLines(log)}`,
      );
    }
    await sleep(25);
  }
  return {
    keep: () => {
      stdin.end("keep\n");
      child.unref();
    },
    giveUp: async () => {
      stdin.end();
      await end;
    },
  };
}
