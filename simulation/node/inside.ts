/**
 * The node from the inside: `node inside.ts <node folder>`, started in namespaces of its own by `RealNode`. Sets
 * them up, keeps containerd, kubelet, kube-proxy and CoreDNS running, and says in `state.json` how they are.
 *
 * Its end is the end of everything in the process namespace, containers too: the first process there ends with it.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { packageEnvironment } from "../images/packages.ts";
import { messageOf } from "../problem.ts";
import { boundLog } from "../supervision/logs.ts";
import { SupervisedProcess } from "../supervision/supervised-process.ts";
import { insidePath } from "./folder.ts";
import { ImageStore } from "./import-images.ts";
import { mountFileSystems, otherProcesses, setUpNetwork } from "./namespace-setup.ts";
import type { NodePlan } from "./plan.ts";
import { nodeProgramsOf } from "./programs.ts";
import type { NodeState } from "./state.ts";

/** Seconds that containers get to end: a database writes its last page within. */
const containersEndWithin = 5;

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: inside.ts <node folder>");
const plan = JSON.parse(readFileSync(join(folder, "plan.json"), "utf8")) as NodePlan;
mountFileSystems(folder);

const environment = packageEnvironment(plan.packages, {
  PATH: `${insidePath("configuration", "bin")}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
  HOME: "/run",
});
environment.PATH = `${insidePath("configuration", "bin")}:${environment.PATH ?? ""}`;

let phase: NodeState["phase"] = "starting";
let failure: string | undefined;
let processes: SupervisedProcess[] = [];
function write(): void {
  const state: NodeState = {
    phase,
    ...(failure === undefined ? {} : { failure }),
    processes: processes.map(({ state: { name, restarts, upSince, lastEnd } }) => ({
      name,
      restarts,
      upSince,
      lastEnd,
    })),
  };
  const path = join(folder ?? "", "state.json");
  writeFileSync(`${path}.partial`, JSON.stringify(state, null, 2), { mode: 0o600 });
  renameSync(`${path}.partial`, path);
}

async function stop(): Promise<never> {
  phase = "stopping";
  write();
  // The kubelet first, so that it does not start again what ends.
  await Promise.all(processes.toReversed().map((one) => one.stop()));
  const deadline = Date.now() + containersEndWithin * 1000;
  for (const pid of otherProcesses()) signal(pid, "SIGTERM");
  while (otherProcesses().some(isContainer) && Date.now() < deadline) await sleep(50);
  process.exit(0);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself in between.
  }
}

/** A container's process has a process namespace of its own; shims and what is ours do not. */
function isContainer(pid: number): boolean {
  try {
    const ids = /^NSpid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "";
    return ids.split(/\s+/).length > 1;
  } catch {
    return false;
  }
}

for (const name of ["SIGTERM", "SIGINT"] as const) process.on(name, () => void stop());

try {
  await setUpNetwork(plan, environment);
  const logs = join(folder, "..", "logs");
  mkdirSync(logs, { recursive: true });
  const supervised = nodeProgramsOf(plan).map(
    (definition) =>
      new SupervisedProcess(definition, {
        log: join(logs, `${definition.name}.log`),
        environment,
        changed: write,
      }),
  );
  processes = supervised;
  supervised[0]?.start();
  const store = new ImageStore(plan, environment);
  await store.answers();
  const isPause = ({ reference }: { reference: string }): boolean => reference === plan.pauseReference;
  // The kubelet fetches what holds a pod's namespaces, and waits long after it failed once.
  await store.import(plan.images.filter(isPause));
  for (const one of supervised.slice(1)) one.start();
  // Meanwhile: pods come when the node has said that it runs.
  await store.import(plan.images.filter((image) => !isPause(image)));
  phase = "running";
  write();
  setInterval(() => {
    for (const { log } of supervised) boundLog(log);
  }, 30_000);
} catch (error) {
  phase = "failed";
  failure = messageOf(error);
  console.error(failure);
  write();
  process.exit(1);
}
