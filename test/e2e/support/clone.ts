/** A clone of the working tree under the temporary folder, so that a test never touches the developer's `.quint/`. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { seeProcesses } from "../../../simulation/process/identity.ts";
import { root as project } from "../../support/stacks.ts";

/** What a command did. */
export interface Finished {
  readonly code: number | null;
  /** Standard output and standard error as they came. */
  readonly text: string;
  readonly stdout: string;
  readonly seconds: number;
}

/** A command that runs. */
export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Resolves once the output matches; rejects when the command ends before. */
  readonly says: (pattern: RegExp) => Promise<void>;
}

export interface Clone {
  readonly root: string;
  /** Everything that commands have printed so far. */
  readonly printed: () => string;
  readonly start: (command: string, ...args: readonly string[]) => Running;
  /** Runs a command to its end, without a terminal. */
  readonly run: (command: string, ...args: readonly string[]) => Promise<Finished>;
  readonly quint: (...args: readonly string[]) => Promise<Finished>;
  /** Changed and unknown files, as `git status --short` lists them. */
  readonly gitStatus: () => string;
  /** Commits what was changed. */
  readonly commit: (message: string) => void;
  /** Processes that belong to the clone. */
  readonly processes: () => readonly { readonly pid: number; readonly command: string }[];
  /** Ends what runs and removes the folder. */
  readonly remove: () => Promise<void>;
}

/** Git by the test's own settings: whoever runs it may sign commits, or name branches in a way of their own. */
export const ownGit = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };

/**
 * Copies what git knows and what it would take, commits it, and borrows the installed dependencies.
 * @param change is made to the copy before it is committed.
 */
export function makeClone(change: (root: string) => void = () => undefined): Clone {
  // Its real path: programs tell the folder of their own files by it.
  const root = realpathSync(mkdtempSync(join(tmpdir(), "quint-clone-")));
  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.com", ...args], {
      cwd: root,
      encoding: "utf8",
      env: ownGit,
    });
  execFileSync(
    "sh",
    [
      "-c",
      'git ls-files -co --exclude-standard -z | xargs -0 sh -c \'for f; do [ -e "$f" ] && printf "%s\\0" "$f"; done\' _ | tar --null -T - -cf - | tar -xf - -C "$1"',
      "_",
      root,
    ],
    { cwd: project },
  );
  symlinkSync(join(project, "node_modules"), join(root, "node_modules"));
  change(root);
  git("init", "-q");
  git("add", "-A");
  git("commit", "-qm", "the working tree");

  let printed = "";
  const start = (command: string, ...args: readonly string[]): Running => {
    const began = performance.now();
    const { PATH = "", ...environment } = process.env;
    // As a user's shell has it: the dependencies' programs come from the launcher, not from npm's PATH.
    const path = PATH.split(delimiter).filter((folder) => !folder.endsWith("node_modules/.bin"));
    const child = spawn(command, [...args], {
      cwd: root,
      env: { ...environment, PATH: path.join(delimiter) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [text, stdout] = ["", ""];
    const listeners = new Set<() => void>();
    const take = (data: Buffer, out: boolean): void => {
      text += data.toString();
      printed += data.toString();
      if (out) stdout += data.toString();
      for (const listener of listeners) listener();
    };
    child.stdout.on("data", (data: Buffer) => {
      take(data, true);
    });
    child.stderr.on("data", (data: Buffer) => {
      take(data, false);
    });
    const finished = new Promise<Finished>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => {
        resolve({ code, text, stdout, seconds: (performance.now() - began) / 1000 });
      });
    });
    const says = (pattern: RegExp): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!pattern.test(text)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
        void finished.then(() => {
          reject(new Error(`ended without saying ${String(pattern)}:\n${text}`));
        });
      });
    return { child, finished, says };
  };
  const processes = (): readonly { pid: number; command: string }[] =>
    seeProcesses().filter(({ command }) => command.includes(`${root}/`));
  const run = (command: string, ...args: readonly string[]): Promise<Finished> =>
    start(command, ...args).finished;
  return {
    root,
    printed: () => printed,
    start,
    run,
    quint: (...args) => run(join(root, "quint"), ...args),
    gitStatus: () => git("status", "--short"),
    commit: (message) => git("commit", "-qam", message),
    processes,
    remove: async () => {
      await run(join(root, "quint"), "cluster", "stop", "--delete");
      for (const { pid } of processes()) endHard(pid);
      // What was just killed may still write for a moment.
      rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
    },
  };
}

/** Kills a process, unless it ended by itself in between. */
export function endHard(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
