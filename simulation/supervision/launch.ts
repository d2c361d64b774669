/** Starts a control plane's supervisor and follows its start. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterFolder } from "../folder.ts";
import { SimulationError } from "../problem.ts";
import { lastLines } from "./logs.ts";
import { type SpawnedSupervisor, spawnSupervisor } from "./spawn.ts";
import { readState } from "./state.ts";

/** Another program took a port between its choice and its use. */
export class PortTakenError extends SimulationError {}

/** A cluster whose processes run, but which does not yet outlive its starter. */
export type Starting = Pick<SpawnedSupervisor, "keep" | "giveUp">;

/**
 * Starts the supervisor and resolves when every process runs.
 * @throws PortTakenError, or SimulationError with the last lines of what failed; nothing is left running then.
 */
export async function launchSupervisor(paths: ClusterFolder): Promise<Starting> {
  rmSync(paths.state, { force: true });
  const script = join(import.meta.dirname, "..", "supervisor.ts");
  const { log, ended, hasEnded, keep, giveUp } = spawnSupervisor(script, paths, "supervisor");
  for (;;) {
    const state = readState(paths);
    if (state?.phase === "running") return { keep, giveUp };
    if (hasEnded()) {
      if (state?.failure?.reason === "port-taken") throw new PortTakenError(state.failure.message);
      throw new SimulationError(
        state?.failure?.message ??
          `The supervisor ended (${await ended}). The last lines of ${log}:\n${lastLines(log)}`,
      );
    }
    await sleep(25);
  }
}
