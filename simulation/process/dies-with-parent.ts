/** Ties a child's life to its parent's, where the machine can: even `kill -9` of the parent then leaves nothing. */
import { spawnSync } from "node:child_process";

export type Command = readonly [program: string, ...args: string[]];

/** What makes the kernel kill the command that follows when its parent dies. */
const deathSignal = ["setpriv", "--pdeathsig", "KILL"] as const;

let available: boolean | undefined;

/** Whether `setpriv --pdeathsig` works here (util-linux 2.34 or newer, so Linux only). */
function canDieWithParent(): boolean {
  available ??=
    spawnSync(deathSignal[0], [...deathSignal.slice(1), "true"], { stdio: "ignore" }).status === 0;
  return available;
}

/** The command, wrapped so that the kernel kills it when its parent dies; as it is where that cannot be had. */
export function diesWithParent(command: Command): Command {
  return canDieWithParent() ? [...deathSignal, ...command] : command;
}
