/**
 * The process that keeps a real node alive: `node supervisor.ts <cluster folder> <stack>`.
 *
 * Started by `startRealNode` alone, and apart from the control plane's supervisor, so that either can be started
 * again without the other. Its standard input is a pipe from the starter: as long as the start is not finished, the
 * starter's death ends everything; the line `keep` lets the node outlive it.
 */
import { administratorClient } from "../api/credentials.ts";
import { readDescription } from "../control-plane/description.ts";
import { atFolder } from "../folder.ts";
import { messageOf } from "../problem.ts";
import { tryLock } from "../process/lock.ts";
import { nodePath } from "./folder.ts";
import { readPlan } from "./plan.ts";
import { RealNode } from "./real-node.ts";

const [folder, stack] = process.argv.slice(2);
if (folder === undefined || stack === undefined)
  throw new Error("usage: supervisor.ts <cluster folder> <stack>");
const paths = atFolder(folder, stack);

const holder = tryLock(nodePath(folder, "lock"));
if (holder !== undefined) {
  console.error(`Process ${holder.pid} supervises this node already.`);
  process.exit(1);
}
const description = readDescription(paths);
const plan = readPlan(folder);
if (description === undefined || plan === undefined)
  throw new Error(`${folder} holds no plan of a real node, or no cluster`);
const node = new RealNode(folder, plan, administratorClient(paths, description.server));

let stopping = false;
function stop(reason: string, exitCode = 0): void {
  if (stopping) return;
  stopping = true;
  console.log(`Stopping: ${reason}.`);
  node.stop().then(
    () => process.exit(exitCode),
    (error: unknown) => {
      console.error(messageOf(error));
      process.exit(1);
    },
  );
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
  await node.start();
} catch (error) {
  console.error(messageOf(error));
  stop("the node could not be started", 1);
}
