/** What a cluster's processes have to say when something that should happen does not. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterFolder } from "../folder.ts";
import { SimulationError } from "../problem.ts";
import { lastLines, logFile } from "./logs.ts";
import { type ProcessState, readState } from "./state.ts";

/** A process that was started again this often while the cluster started does not run. KWOK may die once or twice. */
const tooOften = 6;
/** Milliseconds that a process must have run since it was last started again. */
const steady = 2_000;

/** For each process that died since the cluster's start: how often, how, and the last lines of its log. */
export function complaints(paths: ClusterFolder): string {
  return complaintsOf(paths, 0);
}

/**
 * Resolves when every process runs, also those that are asked no question of health.
 * @throws SimulationError when one keeps dying.
 */
export async function settled(paths: ClusterFolder): Promise<void> {
  for (;;) {
    const restless = complaintsOf(paths, tooOften);
    if (restless !== "") throw new SimulationError(`The cluster does not settle.\n${restless}`);
    const runs = ({ identity, restarts, upSince }: ProcessState): boolean =>
      identity !== undefined && (restarts === 0 || Date.now() - Date.parse(upSince) > steady);
    if (readState(paths)?.processes.every(runs)) return;
    await sleep(100);
  }
}

function complaintsOf(paths: ClusterFolder, least: number): string {
  return (readState(paths)?.processes ?? [])
    .filter(({ lastEnd, restarts }) => lastEnd !== undefined && restarts >= least)
    .map(({ name, restarts, lastEnd }) => {
      const log = logFile(paths, name);
      const words = lastLines(log);
      return `${name} died (${lastEnd ?? "unknown"}) and was started again ${restarts} times. The last lines of ${log}:\n${words}`;
    })
    .join("\n");
}
