/** Argo CD's automated sync, paused while something else works on what it syncs, and given back as it was. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "../cluster/access.ts";
import type { Report } from "../console/steps.ts";
import { failure } from "../exit.ts";
import {
  applicationKind,
  applicationNamed,
  applicationsNamed,
  isInOperation,
  syncsByItself,
} from "./application.ts";

/** What Applications say of their automated sync, by name. */
export type AutomatedSync = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A sync that is under way for longer, in seconds, is stuck. */
const patience = 900;
const lookAgain = 1_000;

/** Of those that sync by themselves what they say of it. */
export async function automatedSync(client: Client, names: readonly string[]): Promise<AutomatedSync> {
  const all = await applicationsNamed(client, names);
  return Object.fromEntries(
    all.filter(syncsByItself).map(({ metadata, spec }) => [metadata.name, { ...spec.syncPolicy?.automated }]),
  );
}

/**
 * Pauses it, and waits for a sync that is under way: it would go on applying what it began with. Can be repeated.
 * @param paused Applications that sync by themselves.
 * @throws CommandError where a sync does not end.
 */
export async function pauseSync(
  client: Client,
  names: readonly string[],
  paused: AutomatedSync,
  report: Report,
): Promise<void> {
  for (const name of Object.keys(paused))
    await setAutomated(client, name, { ...paused[name], enabled: false });
  const deadline = Date.now() + patience * 1000;
  for (;;) {
    const busy = (await applicationsNamed(client, names)).filter(isInOperation);
    if (busy.length === 0) return;
    const which = busy.map(({ metadata }) => metadata.name).join(", ");
    if (Date.now() > deadline)
      throw failure(
        `A sync of ${which} is under way for ${patience} s.`,
        `argocd app terminate-op ${busy[0]?.metadata.name ?? ""} ends it.`,
      );
    report(`a sync of ${which} is under way`);
    await sleep(lookAgain);
  }
}

/** Puts it back, word for word. @returns Applications that are not there any more, which have nothing to give back to. */
export async function giveBackSync(client: Client, paused: AutomatedSync): Promise<readonly string[]> {
  const gone: string[] = [];
  for (const [name, automated] of Object.entries(paused)) {
    if ((await applicationNamed(client, name)) === undefined) gone.push(name);
    else await setAutomated(client, name, automated);
  }
  return gone;
}

async function setAutomated({ custom }: Client, name: string, automated: object): Promise<void> {
  await custom.patchNamespacedCustomObject({
    ...applicationKind,
    name,
    // A patch of JSON, which replaces: a merge would leave a field that was not there before.
    body: [{ op: "add", path: "/spec/syncPolicy/automated", value: automated }],
  });
}
