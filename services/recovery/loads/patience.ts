/** Waits for a store that is only starting: a restore makes it and loads it right after. */
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf, RecoveryFailure } from "../failure.ts";
import type { LoadContext } from "./load.ts";

const patienceSeconds = 600;
const lookAgain = 2_000;

/** @throws RecoveryFailure where it does not answer in time; a refusal of ours at once. */
export async function patiently<T>(
  what: string,
  { signal, report }: Pick<LoadContext, "signal" | "report">,
  work: () => Promise<T>,
  seconds = patienceSeconds,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  let reason = "";
  for (;;) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (error instanceof RecoveryFailure) throw error;
      if (messageOf(error) !== reason) report(`waiting for ${what}: ${messageOf(error)}`);
      reason = messageOf(error);
      if (Date.now() > deadline)
        throw new RecoveryFailure(`${what} does not answer for ${seconds} s: ${reason}`);
      await sleep(lookAgain, undefined, { signal });
    }
  }
}
