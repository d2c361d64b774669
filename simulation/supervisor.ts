/**
 * The process that keeps a simulated cluster alive: `node supervisor.ts <cluster folder> <stack>`.
 *
 * Started by `startCluster` alone. Its standard input is a pipe from the starter: as long as the start is not
 * finished, the starter's death (Ctrl-C, `kill -9`) ends everything; the line `keep` lets the cluster outlive it.
 */
import { readDescription } from "./control-plane/description.ts";
import { processesOf } from "./control-plane/processes.ts";
import { plantSeed } from "./crds/seed.ts";
import { atFolder } from "./folder.ts";
import { tryLock } from "./process/lock.ts";
import { Supervision } from "./supervision/supervision.ts";

const [folder, stack] = process.argv.slice(2);
if (folder === undefined || stack === undefined)
  throw new Error("usage: supervisor.ts <cluster folder> <stack>");
const paths = atFolder(folder, stack);

const holder = tryLock(paths.supervisorLock);
if (holder !== undefined) {
  console.error(`Process ${holder.pid} supervises this cluster already.`);
  process.exit(1);
}

const description = readDescription(paths);
if (description === undefined) throw new Error(`${paths.description} is missing or unreadable`);
const supervision = new Supervision(processesOf(description, paths), paths, {
  etcd: async () => {
    const planted = await plantSeed(description.seed, description, paths);
    if (planted > 0) console.log(`Put ${planted} registered definitions into etcd.`);
  },
});

let stopping: Promise<never> | undefined;
async function stopAll(reason: string, exitCode = 0): Promise<never> {
  console.log(`Stopping: ${reason}.`);
  await supervision.stop();
  process.exit(exitCode);
}
function stop(reason: string): void {
  stopping ??= stopAll(reason);
}

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  process.on(signal, () => {
    stop(signal);
  });
}

let kept = false;
process.stdin.on("data", (data: Buffer) => {
  if (data.toString().startsWith("keep")) kept = true;
});
process.stdin.on("close", () => {
  if (!kept) stop("the start was given up");
});

try {
  await supervision.start();
} catch {
  process.exit(1); // Said in the log and in the state.
}
