/** One process that is started again when it dies. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, statSync } from "node:fs";
import type { ProcessDefinition } from "../control-plane/processes.ts";
import { diesWithParent } from "../process/dies-with-parent.ts";
import { type ProcessIdentity, seeProcess } from "../process/identity.ts";
import { lastLines } from "./logs.ts";
import type { ProcessState } from "./state.ts";

/** Milliseconds before the first restart, and at most: each restart waits twice as long as the one before. */
const backOff = { first: 100, most: 5_000 };
/** A process that ran this long, in milliseconds, has recovered: its next restart is quick again. */
const recovered = 30_000;

interface Surroundings {
  readonly log: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Called after every start and end. */
  readonly changed: () => void;
}

export class SupervisedProcess {
  readonly definition: ProcessDefinition;
  readonly #surroundings: Surroundings;
  #child: ChildProcess | undefined;
  #identity: ProcessIdentity | undefined;
  #ended: Promise<void> = Promise.resolve();
  #restart: NodeJS.Timeout | undefined;
  #wait = backOff.first;
  #restarts = -1;
  #upSince = new Date();
  #lastEnd: string | undefined;
  #logFrom = 0;
  #dyingWords = "";
  #stopping = false;

  constructor(definition: ProcessDefinition, surroundings: Surroundings) {
    this.definition = definition;
    this.#surroundings = surroundings;
  }

  get state(): ProcessState {
    return {
      name: this.definition.name,
      identity: this.#identity,
      restarts: Math.max(this.#restarts, 0),
      upSince: this.#upSince.toISOString(),
      lastEnd: this.#lastEnd,
    };
  }

  get log(): string {
    return this.#surroundings.log;
  }

  /** What it logged since it was last started, shortened to its last lines; or before its last end, if nothing since. */
  lastWords(): string {
    const words = lastLines(this.#surroundings.log, this.#logFrom);
    return words === "" ? this.#dyingWords : words;
  }

  start(): void {
    const [command, ...rest] = diesWithParent([this.definition.program, ...this.definition.arguments]);
    const output = openSync(this.#surroundings.log, "a", 0o600);
    this.#logFrom = statSync(this.#surroundings.log).size;
    const child = spawn(command, rest, {
      stdio: ["ignore", output, output],
      env: { ...this.#surroundings.environment, ...this.definition.environment },
    });
    closeSync(output);
    this.#child = child;
    this.#identity = child.pid === undefined ? undefined : seeProcess(child.pid);
    this.#restarts++;
    this.#upSince = new Date();
    this.#ended = new Promise((resolve) => {
      const ended = (how: string): void => {
        if (this.#child !== child) return;
        this.#child = undefined;
        this.#identity = undefined;
        this.#lastEnd = how;
        this.#dyingWords = this.lastWords();
        if (!this.#stopping) this.#startAgain();
        this.#surroundings.changed();
        resolve();
      };
      child.once("error", (error) => {
        ended(error.message);
      });
      child.once("exit", (code, signal) => {
        ended(signal ?? `exit code ${code ?? "unknown"}`);
      });
    });
    this.#surroundings.changed();
  }

  /** Ends it for good: SIGTERM, and SIGKILL when it takes longer than it may. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    this.#child?.kill("SIGTERM");
    const impatience = setTimeout(() => this.#child?.kill("SIGKILL"), this.definition.endsWithin * 1000);
    await this.#ended;
    clearTimeout(impatience);
  }

  #startAgain(): void {
    if (Date.now() - this.#upSince.getTime() > recovered) this.#wait = backOff.first;
    const seconds = this.#wait / 1000;
    console.log(
      `${this.definition.name} ended (${this.#lastEnd ?? "unknown"}); starting it again in ${seconds} s.`,
    );
    this.#restart = setTimeout(() => {
      this.start();
    }, this.#wait);
    this.#wait = Math.min(this.#wait * 2, backOff.most);
  }
}
