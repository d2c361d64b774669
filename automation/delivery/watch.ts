/** Watches a delivery after its last step, until its time is over or a trigger is pulled. */
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../exit.ts";
import type { Report } from "../console/steps.ts";
import { criticalAlerts, identity, pulledTrigger, type Query, type Trigger } from "./triggers.ts";

export interface WatchOptions {
  readonly minutes: number;
  readonly everySeconds: number;
  readonly namespaces: readonly string[];
  /** What is wrong with the platform's health; nothing where it is well. */
  readonly health: () => Promise<string | undefined>;
  /** Prometheus; nothing where there is none. */
  readonly query: Query | undefined;
  /** Identities of alerts that fired before the delivery. */
  readonly before: ReadonlySet<string>;
  readonly report: Report;
}

export interface WatchResult {
  readonly trigger?: Trigger;
  /** What could not be watched. */
  readonly notes: readonly string[];
}

/**
 * Looks at least once, also in no time at all.
 * @throws what `health` throws, where the last look could not be taken.
 */
export async function watch(options: WatchOptions): Promise<WatchResult> {
  const { minutes, everySeconds, health, query, namespaces, before, report } = options;
  const notes = new Set<string>();
  if (query === undefined) notes.add("no Prometheus: only health was watched");
  const until = Date.now() + minutes * 60_000;
  for (;;) {
    let unseen: { readonly error: unknown } | undefined;
    try {
      const unwell = await health();
      if (unwell !== undefined) return { trigger: { name: "health", reason: unwell }, notes: [...notes] };
    } catch (error) {
      unseen = { error };
      notes.add(`The cluster did not answer each time: ${messageOf(error)}`);
    }
    if (query !== undefined) {
      try {
        const trigger = await pulledTrigger(query, namespaces, before);
        if (trigger !== undefined) return { trigger, notes: [...notes] };
      } catch (error) {
        // One look more or less does not decide; that some were missed is said aloud.
        notes.add(`Prometheus did not answer each time: ${messageOf(error)}`);
      }
    }
    const left = until - Date.now();
    if (left <= 0) {
      if (unseen !== undefined) throw unseen.error;
      return { notes: [...notes] };
    }
    report(`${Math.ceil(left / 1000)} s left`);
    await sleep(Math.min(left, everySeconds * 1000));
  }
}

/** Identities of the critical alerts that fire now. */
export async function firingAlerts(
  query: Query | undefined,
  namespaces: readonly string[],
): Promise<ReadonlySet<string>> {
  if (query === undefined) return new Set();
  try {
    return new Set((await query(criticalAlerts(namespaces))).map(identity));
  } catch {
    return new Set(); // The watch says that it does not answer.
  }
}
