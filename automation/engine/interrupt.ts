/** ctrl-C while the engine works: once to stop in an orderly way, twice to kill. */
import { note } from "../console/terminal.ts";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface Interruption {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  readonly wasInterrupted: () => boolean;
}

/**
 * Runs `work`, whose engine stops in an orderly way when the signal aborts: what is under way ends, the state is
 * written, the lock released. The second signal kills the engine and ends the process.
 */
export async function interruptible<T>(
  kill: () => void,
  work: (interruption: Interruption) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      kill();
      note("\nKilled. `quint up` recognises what was left half done.");
      process.exit(130);
    }
    note(
      "\nStopping: what is under way is finished, then the state is written. Press ctrl-C again to kill it.",
    );
    controller.abort();
  };
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await work({ signal: controller.signal, wasInterrupted: () => controller.signal.aborted });
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}
