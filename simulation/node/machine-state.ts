/** `machine.json`: what a node has put on the machine, written before it is put there, so that a later start or stop can clear it away. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { isAlive, type ProcessIdentity } from "../process/identity.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { removeGroups } from "./cgroups.ts";
import { nodePath } from "./folder.ts";
import { detachLink } from "./link.ts";

export interface MachineState {
  /** Name of the machine's end of the link. */
  readonly link: string;
  /** Folders of the control groups. */
  readonly groups: readonly string[];
  /** The process that holds the namespaces; `undefined` before it is started. */
  readonly holder?: ProcessIdentity | undefined;
  /** Services that do not answer on this machine, and why. */
  readonly problems?: readonly string[];
}

export function readMachineState(clusterFolder: string): MachineState | undefined {
  try {
    return JSON.parse(readFileSync(nodePath(clusterFolder, "machine"), "utf8")) as MachineState;
  } catch {
    return undefined;
  }
}

export function writeMachineState(clusterFolder: string, state: MachineState): void {
  writeFileSync(nodePath(clusterFolder, "machine"), JSON.stringify(state, null, 2), { mode: 0o600 });
}

/**
 * Removes what a node has put on the machine. After a clean stop there is little to do; after a `kill -9` of the
 * supervisor the kernel has ended every process and removed network and mounts, and empty groups remain; after a
 * restart of the machine nothing does.
 * @returns what could not be removed.
 */
export async function clearMachine(clusterFolder: string): Promise<string[]> {
  const state = readMachineState(clusterFolder);
  if (state === undefined) return [];
  if (state.holder && isAlive(state.holder)) {
    process.kill(state.holder.pid, "SIGKILL");
  }
  await detachLink({ name: state.link });
  // Processes that are just ending still hold their groups.
  for (let attempt = 0; ; attempt++) {
    const left = removeGroups(state.groups);
    if (left.length === 0 || attempt === 50) {
      if (left.length === 0) rmSync(nodePath(clusterFolder, "machine"), { force: true });
      return left;
    }
    await sleep(100);
  }
}
