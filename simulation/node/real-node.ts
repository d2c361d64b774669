/** The real node as its supervisor holds it: namespaces, link, and the ways in and out. */
import type { ChildProcess } from "node:child_process";
import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import type { ApiClient } from "../api/client.ts";
import { messageOf } from "../problem.ts";
import { seeProcess } from "../process/identity.ts";
import { apiServerPort } from "./addresses.ts";
import { makeGroups } from "./cgroups.ts";
import { nodePath } from "./folder.ts";
import { forward, type Forwarding } from "./forward.ts";
import { attachLink } from "./link.ts";
import { clearMachine, type MachineState, writeMachineState } from "./machine-state.ts";
import { holdNamespaces } from "./namespace-process.ts";
import type { NodePlan } from "./plan.ts";
import { PublishedServices } from "./services.ts";
import { syncVolumes } from "./volumes.ts";

/** Milliseconds between two looks at volumes and Services. */
const lookAgain = 500;
/** Milliseconds before a node that died is started again, at first and at most. */
const backOff = { first: 200, most: 10_000 };
/** Seconds that a node gets to end: its programs 3, its containers 5. */
const endsWithin = 12;

export class RealNode {
  readonly #clusterFolder: string;
  readonly #plan: NodePlan;
  readonly #client: ApiClient;
  readonly #services: PublishedServices;
  #onMachine: MachineState;
  #child: ChildProcess | undefined;
  #first: number | undefined;
  #apiServer: Forwarding | undefined;
  #stopping = false;
  #running: Promise<void> = Promise.resolve();
  #watching: Promise<void> = Promise.resolve();

  constructor(clusterFolder: string, plan: NodePlan, client: ApiClient) {
    this.#clusterFolder = clusterFolder;
    this.#plan = plan;
    this.#client = client;
    this.#onMachine = { link: plan.link.name, groups: [] };
    this.#services = new PublishedServices(client, plan.link, (line) => {
      console.log(line);
    });
  }

  /** Starts the node and keeps it running; resolves when its first start is under way. */
  async start(): Promise<void> {
    await clearMachine(this.#clusterFolder);
    const ended = await this.#startOnce();
    this.#running = this.#keepRunning(ended);
    this.#watching = this.#watch();
  }

  /** Ends containers, programs, namespaces, link and groups; resolves when nothing is left. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#services.close();
    this.#apiServer?.close();
    this.#end();
    const impatience = setTimeout(() => this.#child?.kill("SIGKILL"), endsWithin * 1000);
    await this.#running;
    await this.#watching;
    clearTimeout(impatience);
    const left = await clearMachine(this.#clusterFolder);
    if (left.length > 0) console.error(`Left behind: ${left.join(", ")}.`);
    this.#client.close();
  }

  /** @returns a promise that resolves when the node has ended. */
  async #startOnce(): Promise<{ ended: Promise<string> }> {
    const { link, group, programs } = this.#plan;
    rmSync(nodePath(this.#clusterFolder, "state"), { force: true });
    const groups = makeGroups(group);
    const onMachine: MachineState = { link: link.name, groups, holder: undefined };
    this.#record(onMachine);
    const inside = join(import.meta.dirname, "inside.ts");
    const held = await holdNamespaces(
      programs.pause,
      [process.execPath, inside, nodePath(this.#clusterFolder)],
      groups,
      join(this.#clusterFolder, "logs", "real-node-inside.log"),
    );
    this.#child = held.child;
    this.#first = held.first;
    const ended = new Promise<string>((resolve) => {
      held.child.once("exit", (code, signal) => {
        resolve(signal ?? `exit code ${code ?? "unknown"}`);
      });
    });
    const holder = held.child.pid === undefined ? undefined : seeProcess(held.child.pid);
    this.#record({
      ...onMachine,
      ...(holder ? { holder: { pid: holder.pid, started: holder.started } } : {}),
    });
    await attachLink(link, held.first);
    this.#apiServer?.close();
    this.#apiServer = await forward({ host: link.machine, port: apiServerPort }, () => ({
      host: "127.0.0.1",
      port: this.#plan.apiServer,
    }));
    return { ended };
  }

  async #keepRunning(first: { ended: Promise<string> }): Promise<void> {
    let { ended } = first;
    let wait = backOff.first;
    for (;;) {
      const began = Date.now();
      const how = await ended;
      while (!this.#stopped()) {
        if (Date.now() - began > 60_000) wait = backOff.first;
        console.log(`The real node ended (${how}); starting it again in ${wait / 1000} s.`);
        await sleep(wait);
        wait = Math.min(wait * 2, backOff.most);
        if (this.#stopped()) return;
        try {
          ({ ended } = await this.#startOnce());
          if (this.#stopped()) this.#end(); // Asked to stop while it started.
          break;
        } catch (error) {
          console.error(messageOf(error));
          this.#child?.kill("SIGKILL");
        }
      }
      if (this.#stopped() && this.#child?.exitCode !== null) return;
    }
  }

  async #watch(): Promise<void> {
    let said = "";
    while (!this.#stopped()) {
      try {
        await syncVolumes(this.#client, nodePath(this.#clusterFolder, "volumes"));
        await this.#services.sync();
        this.#record({ problems: this.#services.problems });
        said = "";
      } catch (error) {
        // The API server is just being started again, or the object was changed in between.
        if (messageOf(error) !== said) console.error(messageOf(error));
        said = messageOf(error);
      }
      await sleep(lookAgain);
    }
    this.#services.close();
  }

  #record(change: Partial<MachineState>): void {
    const before = this.#onMachine;
    this.#onMachine = { ...before, ...change };
    if (JSON.stringify(before) !== JSON.stringify(this.#onMachine))
      writeMachineState(this.#clusterFolder, this.#onMachine);
  }

  /** Asks the inside to end; `pause`, the first process, hands the signal on. */
  #end(): void {
    if (this.#first !== undefined) kill(this.#first, "SIGTERM");
  }

  /** Asked after waiting: it may have changed meanwhile. */
  #stopped(): boolean {
    return this.#stopping;
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself in between.
  }
}
