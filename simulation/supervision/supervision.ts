/** Starts a cluster's processes in order, keeps them running, and stops them in reverse. */
import { setTimeout as sleep } from "node:timers/promises";
import type { HealthQuestion, ProcessDefinition } from "../control-plane/processes.ts";
import type { ClusterFolder } from "../folder.ts";
import { messageOf, SimulationError } from "../problem.ts";
import { ownIdentity } from "../process/identity.ts";
import { answersWell } from "./health.ts";
import { beginLog, boundLog } from "./logs.ts";
import { type SupervisorState, writeState } from "./state.ts";
import { SupervisedProcess } from "./supervised-process.ts";

/** Seconds that a process gets to become healthy at first: the API server takes 3 s, over 90 s at twenty programs a core. */
const healthyWithin = 300;
/** A process that died this often before it was healthy once will not become healthy. */
const mostDeaths = 4;
const portTaken = "address already in use";

/** What is to be done when a process is healthy for the first time, before the next one starts. */
export type OnceHealthy = Readonly<Partial<Record<string, () => Promise<void>>>>;

export class Supervision {
  readonly #paths: ClusterFolder;
  readonly #processes: readonly SupervisedProcess[];
  readonly #onceHealthy: OnceHealthy;
  readonly #startedAt = new Date().toISOString();
  #phase: SupervisorState["phase"] = "starting";
  #failure: SupervisorState["failure"];
  #logWatch: NodeJS.Timeout | undefined;

  constructor(
    definitions: readonly ProcessDefinition[],
    paths: ClusterFolder,
    onceHealthy: OnceHealthy = {},
  ) {
    this.#onceHealthy = onceHealthy;
    this.#paths = paths;
    const environment = { PATH: process.env.PATH, HOME: paths.folder };
    this.#processes = definitions.map(
      (definition) =>
        new SupervisedProcess(definition, {
          log: beginLog(paths, definition.name),
          environment,
          changed: () => {
            this.#write();
          },
        }),
    );
    this.#write();
  }

  /** Starts every process; when one cannot be started, stops the others and says why in the state. */
  async start(): Promise<void> {
    this.#logWatch = setInterval(() => {
      for (const { log } of this.#processes) boundLog(log);
    }, 30_000);
    try {
      for (const supervised of this.#processes) {
        if (this.#phase === "stopping") return;
        if (supervised.definition.after) {
          void this.#startAfter(supervised, supervised.definition.after);
          continue;
        }
        supervised.start();
        if (supervised.definition.health) await this.#becomesHealthy(supervised);
        await this.#onceHealthy[supervised.definition.name]?.();
      }
      this.#enter("running");
    } catch (error) {
      if (this.#phase === "stopping") return;
      this.#failure = {
        reason: error instanceof PortTaken ? "port-taken" : "process",
        message: messageOf(error),
      };
      await this.stop();
      throw error;
    }
  }

  /** Stops what runs, last started first; what nothing else depends on is stopped at once. */
  async stop(): Promise<void> {
    this.#enter("stopping");
    clearInterval(this.#logWatch);
    const reversed = this.#processes.toReversed();
    await Promise.all(reversed.filter(({ definition }) => !definition.health).map((one) => one.stop()));
    for (const one of reversed.filter(({ definition }) => definition.health)) await one.stop();
    if (this.#failure) this.#enter("failed");
  }

  async #startAfter(supervised: SupervisedProcess, question: HealthQuestion): Promise<void> {
    const wanted = (): boolean => this.#phase === "starting" || this.#phase === "running";
    while (wanted() && !(await answersWell(question, this.#paths))) await sleep(200);
    if (wanted()) supervised.start();
  }

  async #becomesHealthy(supervised: SupervisedProcess): Promise<void> {
    const { name, health } = supervised.definition;
    if (!health) return;
    const deadline = Date.now() + healthyWithin * 1000;
    while (!(await answersWell(health, this.#paths))) {
      if (this.#phase === "stopping") throw new SimulationError("stopped while it started");
      const words = supervised.lastWords();
      if (words.includes(portTaken)) throw new PortTaken(`${name}: its port was taken by another program.`);
      const where = `The last lines of ${supervised.log}:\n${words}`;
      if (supervised.state.restarts >= mostDeaths) {
        throw new SimulationError(
          `${name} dies when it starts (${supervised.state.lastEnd ?? "unknown"}). If its data is damaged, start with --fresh. ${where}`,
        );
      }
      if (Date.now() > deadline) {
        throw new SimulationError(`${name} did not become healthy within ${healthyWithin} s. ${where}`);
      }
      await sleep(50);
    }
  }

  #enter(phase: SupervisorState["phase"]): void {
    this.#phase = phase;
    this.#write();
  }

  #write(): void {
    writeState(this.#paths, {
      supervisor: ownIdentity(),
      phase: this.#phase,
      startedAt: this.#startedAt,
      ...(this.#failure ? { failure: this.#failure } : {}),
      processes:
        (this.#processes as readonly SupervisedProcess[] | undefined)?.map(({ state }) => state) ?? [],
    });
  }
}

class PortTaken extends SimulationError {}
