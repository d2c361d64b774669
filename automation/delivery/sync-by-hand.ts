/** Applications that a person, or a command, has Argo CD sync to a commit: asked for one by one, and awaited. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "../cluster/access.ts";
import type { Report } from "../console/steps.ts";
import { failure } from "../exit.ts";
import {
  applicationsNamed,
  applicationWords,
  askForSync,
  isBroken,
  isForgotten,
  isInOperation,
  isSyncedByHand,
  type Application,
} from "./application.ts";

const lookAgain = 1_000;
/** In ms. What Argo CD forgot, or what a sync overlooked since it was removed a moment before, is asked for again. */
const askAgain = 60_000;

export interface HandSync {
  /** Applications. */
  readonly names: readonly string[];
  readonly commit: string;
  /** Who asks. */
  readonly by: string;
  readonly seconds: number;
}

/**
 * Syncs them, once an earlier sync has ended, and waits until theirs has succeeded and nothing is missing. Unlike after a
 * delivery, neither Argo CD's health nor the branch's newest commit counts: what recovers is Progressing for hours, in
 * which others push.
 *
 * @param missing what is not there yet, in words; nothing where all is.
 * @throws CommandError where Argo CD gives up, or it takes too long.
 */
export async function syncByHand(
  client: Client,
  { names, commit, by, seconds }: HandSync,
  missing: () => Promise<string | undefined>,
  report: Report,
): Promise<void> {
  const asked = new Map<string, number>();
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const waiting: Application[] = [];
    const left = await missing();
    for (const application of await applicationsNamed(client, names)) {
      const { name } = application.metadata;
      const busy = isInOperation(application);
      const age = Date.now() - (asked.get(name) ?? -Infinity);
      const overlooked = left !== undefined && application.status?.sync?.status === "OutOfSync";
      if (asked.has(name) && !busy && isBroken(application, commit))
        throw failure(`Argo CD could not sync: ${applicationWords(application)}.`);
      if (
        !busy &&
        (!asked.has(name) || (age > askAgain && (overlooked || isForgotten(application, commit))))
      ) {
        await askForSync(client, application, { commit, by });
        asked.set(name, Date.now());
        waiting.push(application);
      } else if (busy || !isSyncedByHand(application, commit)) waiting.push(application);
    }
    if (waiting.length === 0 && left === undefined) return;
    const words = [...waiting.map(applicationWords), ...(left === undefined ? [] : [left])].join("; ");
    if (Date.now() > deadline) throw failure(`Not there after ${seconds} s: ${words}.`);
    report(words);
    await sleep(lookAgain);
  }
}
