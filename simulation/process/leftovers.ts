/** Finds and ends processes of a cluster whose supervisor is gone (killed with `kill -9`, say). */
import { setTimeout as sleep } from "node:timers/promises";
import { controlPlanePrograms, rolloutsController } from "../control-plane/launch.ts";
import { isAlive, type ProcessIdentity, seeProcess, type SeenProcess, seeProcesses } from "./identity.ts";

/** Seconds that a left process gets to end after SIGTERM. */
const endsWithin = 5;
/** Seconds that the kernel gets to take a killed one down, with all its memory and ports. */
const goneAfter = 60;

/** Our programs as they stand in a command line: behind a slash, before the first flag. */
const program = new RegExp(
  `(^|/)(${[...controlPlanePrograms, rolloutsController].join("|")}) --|/supervisor\\.ts `,
);

/**
 * Whether a process belongs to the cluster in `folder`: it is one of our programs and its command line names the
 * folder. An editor that has a file of the folder open is not.
 */
export function belongsTo(folder: string, { command }: Pick<SeenProcess, "command">): boolean {
  return program.test(command) && (command.includes(`${folder}/`) || command.includes(`${folder} `));
}

/** The name of our program in a command line. */
export function nameIn({ command }: Pick<SeenProcess, "command">): string {
  return program.exec(command)?.[2] ?? "supervisor";
}

/** Every process that belongs to the cluster in `folder`. */
export function processesOfFolder(folder: string): SeenProcess[] {
  return seeProcesses().filter((seen) => seen.pid !== process.pid && belongsTo(folder, seen));
}

/**
 * Ends every process of the cluster in `folder`, the supervisor too.
 * @param recorded processes that were the cluster's: one that is just being torn down has no command line any more,
 *   but still its port and its lock on the data.
 * @returns how many there were.
 */
export async function endLeftovers(folder: string, recorded: readonly ProcessIdentity[]): Promise<number> {
  const found = processesOfFolder(folder);
  const others = recorded
    .filter(isAlive)
    .filter(({ pid }) => !found.some((seen) => seen.pid === pid))
    .flatMap(({ pid }) => seeProcess(pid) ?? []);
  const left = [...found, ...others];
  // Hard, the supervisor first, which would start again what is ended; and the API server would wait for its store.
  // Only etcd may finish what it writes.
  const isEtcd = (one: SeenProcess): boolean => one.command.includes("/etcd --");
  const isSupervisor = (one: SeenProcess): boolean => one.command.includes("/supervisor.ts ");
  for (const one of left.filter(isSupervisor)) end(one, "SIGKILL");
  for (const one of left) end(one, isEtcd(one) ? "SIGTERM" : "SIGKILL");
  await goneWithin(left, endsWithin);
  for (const one of left) end(one, "SIGKILL");
  await goneWithin(left, goneAfter);
  return left.length;
}

async function goneWithin(processes: readonly SeenProcess[], seconds: number): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (processes.some(isAlive) && Date.now() < deadline) await sleep(50);
}

function end(one: SeenProcess, signal: NodeJS.Signals): void {
  if (!isAlive(one)) return;
  try {
    process.kill(one.pid, signal);
  } catch {
    // It ended by itself in between.
  }
}
