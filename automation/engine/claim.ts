/** One run at a time works on a stack, and one that died is recognised by what it left behind. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive, seeProcess, type ProcessIdentity } from "../../simulation/process/identity.ts";
import { readHolder, tryLock } from "../../simulation/process/lock.ts";
import type { Report } from "../console/steps.ts";
import { declined } from "../exit.ts";
import type { WorkFolder } from "../paths.ts";

/** A run that changes a stack, as its marker tells. */
interface Unfinished {
  /** What it did, e.g. `up`. */
  readonly doing: string;
  readonly since: string;
  /** The engine's process, once there is one. */
  readonly engine?: ProcessIdentity;
}

/** How long an engine that lost its master may go on by itself before it is stopped, in seconds. */
const graceSeconds = 30;

/** The right to work on a stack, held until `release`. */
export class Claim {
  readonly #work: WorkFolder;
  /** What a run that died was doing, if one did. */
  readonly interrupted: string | undefined;
  #unfinished: Unfinished | undefined;

  private constructor(work: WorkFolder, interrupted: string | undefined) {
    this.#work = work;
    this.interrupted = interrupted;
  }

  /**
   * Takes the stack. Waits for, and then stops, an engine that a killed run left working.
   * @throws CommandError (declined) while another run has the stack.
   */
  static async take(stack: string, work: WorkFolder, report: Report): Promise<Claim> {
    mkdirSync(work.folder, { recursive: true, mode: 0o700 });
    const holder = tryLock(work.claim);
    if (holder !== undefined) {
      const doing = readUnfinished(work.unfinished);
      throw declined(
        `Another quint (process ${holder.pid}) is working on ${stack}${doing ? `: ${doing.doing}, since ${doing.since}` : ""}.`,
        "Wait until it has ended, then try again.",
      );
    }
    const left = readUnfinished(work.unfinished);
    if (left?.engine !== undefined) await waitForOrphan(left.engine, report);
    return new Claim(work, left?.doing);
  }

  /** Notes that the stack is being changed, until `finish`. */
  begin(doing: string): void {
    this.#write({ doing, since: new Date().toISOString() });
  }

  /** Notes which engine does it. */
  engineStarted(pid: number): void {
    if (this.#unfinished === undefined) return;
    const seen = seeProcess(pid);
    if (seen !== undefined) this.#write({ ...this.#unfinished, engine: { pid, started: seen.started } });
  }

  /**
   * Notes that the engine came to an end, well or not, and wrote its state.
   * @param settled whether this also settles what a run that died before this one left behind.
   */
  finish(settled: boolean): void {
    if (this.interrupted !== undefined && !settled) {
      this.begin(this.interrupted);
    } else {
      rmSync(this.#work.unfinished, { force: true });
    }
    this.#unfinished = undefined;
  }

  /** Lets others work on the stack. */
  release(): void {
    if (readHolder(this.#work.claim)?.pid === process.pid) rmSync(this.#work.claim, { force: true });
  }

  #write(unfinished: Unfinished): void {
    this.#unfinished = unfinished;
    mkdirSync(dirname(this.#work.unfinished), { recursive: true });
    writeFileSync(this.#work.unfinished, JSON.stringify(unfinished));
  }
}

async function waitForOrphan(engine: ProcessIdentity, report: Report): Promise<void> {
  if (!isAlive(engine)) return;
  report(`the engine of an interrupted run (process ${engine.pid}) is still at work; waiting for it`);
  for (const signal of [undefined, "SIGINT", "SIGKILL"] as const) {
    if (signal !== undefined) {
      report(`stopping the engine of the interrupted run (process ${engine.pid})`);
      process.kill(engine.pid, signal);
    }
    for (let second = 0; second < graceSeconds; second++) {
      if (!isAlive(engine)) return;
      await sleep(1_000);
    }
  }
}

function readUnfinished(file: string): Unfinished | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Unfinished;
  } catch {
    return undefined;
  }
}
