/** Runs the engine's program for the SDK, in a process group of its own. */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { delimiter, dirname, isAbsolute } from "node:path";
import * as errors from "@pulumi/pulumi/automation/errors.js";
import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import type { Engine } from "./find.ts";

/** What the SDK expects of a finished command. */
interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
  /** Becomes the message of the error. */
  readonly toString: () => string;
}

/**
 * The SDK's own way from a result to an error: its callers tell a missing stack and a locked one by the class. Marked
 * internal there; the version is pinned, and a test of this file fails should it go away.
 */
const { createCommandError } = errors as unknown as {
  readonly createCommandError: (result: CommandResult) => Error;
};

type Version = NonNullable<PulumiCommand["version"]>;
/** The SDK compares versions with its own copy of semver, and must be given that copy's class. */
const sdkRequire = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
const { SemVer } = sdkRequire("semver") as { readonly SemVer: new (version: string) => Version };

const notBegun = "interrupted before it began";

/** Variables of the environment; `undefined` takes one away. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Stands in for the SDK's `PulumiCommand`, whose engine shares our process group. A terminal sends ctrl-C to the whole
 * group: the engine would get it twice, from the terminal and from us, and take the second one as "stop at once".
 * Here it gets what we send and nothing else.
 */
export class EngineCommand {
  readonly command: string;
  readonly version: Version;
  readonly #environment: Environment;
  readonly #started: (pid: number) => void;
  readonly #programs: readonly string[];
  #running: number | undefined;
  #wasKilled = false;

  /**
   * @param started called with the pid of each command that is started.
   * @param programs folders that come first on the engine's PATH: what its plugins run.
   */
  constructor(
    engine: Engine,
    environment: Environment,
    started: (pid: number) => void = () => undefined,
    programs: readonly string[] = [],
  ) {
    this.command = engine.command;
    this.version = new SemVer(engine.version);
    this.#environment = environment;
    this.#started = started;
    this.#programs = programs;
  }

  /** The same, as the SDK's type. */
  asPulumiCommand(): PulumiCommand {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- the SDK's constructor is private; it calls `run` and reads `version`, which is all that is here.
    return this;
  }

  /** Whether the latest command was ended by a signal, before it could write its state. */
  get wasKilled(): boolean {
    return this.#wasKilled;
  }

  /** Kills the engine that runs, and what it started in its group. For the second ctrl-C. */
  kill(): void {
    if (this.#running === undefined) return;
    try {
      process.kill(-this.#running, "SIGKILL");
    } catch {
      // It ended in the meantime.
    }
  }

  /** Called by the SDK for every command. Rejects with the SDK's own error classes. */
  async run(
    args: string[],
    cwd: string,
    additions: Readonly<Record<string, string>>,
    onOutput?: (text: string) => void,
    onError?: (text: string) => void,
    signal?: AbortSignal,
  ): Promise<CommandResult> {
    // Interrupted while the SDK prepared the command: no event will tell of it any more.
    if (signal?.aborted === true)
      throw createCommandError({ stdout: "", stderr: notBegun, code: -1, toString: () => notBegun });
    const child = spawn(
      this.command,
      args.includes("--non-interactive") ? args : [...args, "--non-interactive"],
      {
        cwd,
        env: this.#environmentFor(additions),
        // A group (and session) of its own: see above.
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const interrupt = (): void => {
      child.kill("SIGINT");
    };
    signal?.addEventListener("abort", interrupt, { once: true });
    if (child.pid !== undefined) {
      this.#running = child.pid;
      this.#started(child.pid);
    }
    const [stdout, stderr] = [collect(child.stdout, onOutput), collect(child.stderr, onError)];
    try {
      const code = await new Promise<number>((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (exit) => {
          this.#wasKilled = exit === null;
          resolve(exit ?? -1);
        });
      });
      const result: CommandResult = {
        stdout: stdout().trimEnd(),
        stderr: stderr().trimEnd(),
        code,
        toString: () => `${result.stderr}\n${result.stdout}`.trim(),
      };
      if (code !== 0) throw createCommandError(result);
      return result;
    } finally {
      signal?.removeEventListener("abort", interrupt);
      this.#running = undefined;
    }
  }

  #environmentFor(additions: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
    const path = additions.PATH ?? process.env.PATH ?? "";
    const merged: Record<string, string | undefined> = {
      ...process.env,
      ...additions,
      PULUMI_AUTOMATION_API: "true",
      // The engine finds the plugins that were installed with it beside itself.
      PATH: [...this.#programs, ...(isAbsolute(this.command) ? [dirname(this.command)] : []), path].join(
        delimiter,
      ),
      ...this.#environment,
    };
    return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
  }
}

function collect(stream: NodeJS.ReadableStream, listener?: (text: string) => void): () => string {
  let text = "";
  stream.setEncoding("utf8");
  stream.on("data", (data: string) => {
    text += data;
    listener?.(data);
  });
  return () => text;
}
