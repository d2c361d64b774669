/** Rejections that nobody awaits. */
import { setImmediate } from "node:timers/promises";

/**
 * Runs something, and returns what it rejected with and what was rejected beside it with nobody awaiting it. The SDK
 * leaves the failure of a registration to the process, as its own language host expects; anywhere else that ends the
 * process, or goes unseen and an object is missing. What depends on the failed one is never done: after a rejection
 * nothing is waited for.
 */
export async function rejectionsDuring(run: () => Promise<void>): Promise<readonly unknown[]> {
  const rejections: unknown[] = [];
  const first = Promise.withResolvers<undefined>();
  const collect = (reason: unknown) => {
    rejections.push(reason);
    first.resolve(undefined);
  };
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", collect);
  try {
    await Promise.race([run().catch(collect), first.promise]);
    // Node reports them when no promise is left to run.
    await setImmediate();
  } finally {
    process.off("unhandledRejection", collect);
    for (const listener of others) {
      process.on("unhandledRejection", listener);
    }
  }
  return rejections;
}
