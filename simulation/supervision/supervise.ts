/**
 * What every supervisor does: there is one for a folder, it ends on a signal, and it ends when its starter does.
 *
 * Its standard input is a pipe from the starter (`spawnSupervisor`): as long as the start is not finished, the
 * starter's death (Ctrl-C, `kill -9`) ends everything; the line `keep` lets what is supervised outlive it.
 */
import { messageOf } from "../problem.ts";
import { tryLock } from "../process/lock.ts";

/** What is kept alive. */
export interface Supervised {
  /** Resolves when all of it runs or is under way. */
  readonly start: () => Promise<void>;
  /** Ends all of it; may be called while it starts, and after it failed to. */
  readonly stop: () => Promise<void>;
}

/** The folder and the stack that a supervisor was started for. */
export function supervisedCluster(): { readonly folder: string; readonly stack: string } {
  const [folder, stack] = process.argv.slice(2);
  if (folder === undefined || stack === undefined)
    throw new Error("usage: supervisor.ts <cluster folder> <stack>");
  return { folder, stack };
}

/**
 * Supervises until it is told to end; ends this process then.
 * @param lock held by this process as long as it lives.
 * @param prepare called once the lock is held.
 */
export async function supervise(lock: string, prepare: () => Supervised): Promise<void> {
  const holder = tryLock(lock);
  if (holder !== undefined) {
    console.error(`Process ${holder.pid} supervises this folder already.`);
    process.exit(1);
  }
  const supervised = prepare();
  let stopping = false;
  const stop = (reason: string, exitCode = 0): void => {
    if (stopping) return;
    stopping = true;
    console.log(`Stopping: ${reason}.`);
    supervised.stop().then(
      () => process.exit(exitCode),
      (error: unknown) => {
        console.error(messageOf(error));
        process.exit(1);
      },
    );
  };
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
    await supervised.start();
  } catch (error) {
    console.error(messageOf(error));
    stop("it could not be started", 1);
  }
}
