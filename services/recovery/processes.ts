/** The programs that a drill runs: each dies with the drill, even where that is killed. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { messageOf, RecoveryFailure } from "./failure.ts";

/** What a program that refuses to run as root sees itself as, where the drill is root (it never is in a cluster). */
const notRoot = ["unshare", "--user", "--map-user=65534", "--map-group=65534"];

interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** What its output is written to. */
  readonly log: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether it refuses to run as root. */
  readonly refusesRoot?: boolean;
  readonly signal?: AbortSignal;
}

export interface Running {
  readonly child: ChildProcess;
  /** Ends it at once, and waits until it has ended. */
  readonly stop: () => Promise<void>;
  /** Its last lines. */
  readonly words: () => string;
}

/** Starts a server. `setpriv` has the kernel end it together with this process. */
export function start({ program, args, log, environment = {}, refusesRoot = false }: Command): Running {
  const root = refusesRoot && process.getuid?.() === 0;
  const dying = ["setpriv", "--pdeathsig", "QUIT", program, ...args];
  const [command = program, ...rest] = root ? [...notRoot, ...dying] : dying;
  const output = openSync(log, "a");
  const child = spawn(command, rest, {
    stdio: ["ignore", output, output],
    env: { ...process.env, ...environment },
  });
  closeSync(output);
  let ended = false;
  const end = new Promise<void>((resolve) => {
    const over = (): void => {
      ended = true;
      resolve();
    };
    child.once("exit", over).once("error", over);
  });
  return {
    child,
    stop: async () => {
      if (ended) return;
      child.kill("SIGQUIT");
      // What is only being made or ended does not hear every signal.
      const forced = setTimeout(() => child.kill("SIGKILL"), 10_000);
      await end;
      clearTimeout(forced);
    },
    words: () => lastLines(log),
  };
}

/**
 * Runs a program to its end.
 * @throws RecoveryFailure with its last lines where it fails.
 */
export async function run(command: Command): Promise<void> {
  command.signal?.throwIfAborted();
  const running = start(command);
  const stop = (): void => {
    void running.stop();
  };
  command.signal?.addEventListener("abort", stop);
  try {
    const [code, by] = (await once(running.child, "exit")) as [number | null, string | null];
    command.signal?.throwIfAborted();
    if (code !== 0) {
      const ended = code === null ? `was ended by ${by ?? "a signal"}` : `ended with ${code}`;
      throw new RecoveryFailure(`${command.program} ${ended}: ${running.words()}`);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      throw new RecoveryFailure(`${command.program} is not on the PATH: ${messageOf(error)}`);
    throw error;
  } finally {
    command.signal?.removeEventListener("abort", stop);
  }
}

/** The first of the programs that is there: Valkey's server is Redis' in older distributions. */
export function firstProgram(...names: readonly string[]): string {
  const found = names.find((name) => spawnSync(name, ["--version"], { stdio: "ignore" }).error === undefined);
  if (found === undefined) throw new RecoveryFailure(`None of ${names.join(", ")} is on the PATH.`);
  return found;
}

function lastLines(log: string): string {
  return readFileSync(log, "utf8").trim().split("\n").slice(-4).join(" / ");
}
