/** The drill: restores the newest backup of every store of a plan, one after the other, and compares. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { BackupBucket } from "./bucket.ts";
import { contentsKey } from "./backups.ts";
import { differences } from "./contents.ts";
import { reasonOf } from "./failure.ts";
import type { DrillPlan, PlannedStore } from "./plan.ts";
import type { DrillReport, StoreReport } from "./report.ts";
import { makeScratch } from "./scratch.ts";
import { recoveryOf } from "./stores/index.ts";
import type { Restored, StoreContext } from "./stores/store.ts";

export interface Surroundings {
  /** Folder to work in: room for the largest store. */
  readonly scratch: string;
  readonly signal: AbortSignal;
  readonly report: (line: string) => void;
}

/** Restores everything, and leaves nothing behind. Whatever goes wrong is in the report. */
export async function drill(plan: DrillPlan, surroundings: Surroundings): Promise<DrillReport> {
  const started = new Date();
  const stores: StoreReport[] = [];
  const failed = await eachStore(plan, surroundings, async (store, context) => {
    stores.push(await drillStore(store, context, started));
  }).then(
    () => undefined,
    (error: unknown) => reasonOf(error),
  );
  for (const { name, kind } of plan.stores.slice(stores.length))
    stores.push({ store: name, kind, ok: false, reason: failed ?? "interrupted" });
  const restoreSeconds = stores.reduce((sum, store) => sum + (store.restoreSeconds ?? 0), 0);
  const { platform, timeObjectiveSeconds } = plan;
  const slow =
    restoreSeconds > timeObjectiveSeconds
      ? `restoring took ${restoreSeconds.toFixed(1)} s, longer than the objective of ${timeObjectiveSeconds} s (RTO)`
      : undefined;
  const reason = surroundings.signal.aborted ? "interrupted" : slow;
  return {
    version: 1,
    platform,
    started: started.toISOString(),
    finished: new Date().toISOString(),
    ok: reason === undefined && stores.every(({ ok }) => ok),
    ...(reason === undefined ? {} : { reason }),
    restoreSeconds,
    timeObjectiveSeconds,
    stores,
  };
}

/**
 * Records what the newest backup of every store holds, where that was not done yet.
 * @returns what went wrong, by store; empty where nothing did.
 */
export async function record(plan: DrillPlan, surroundings: Surroundings): Promise<readonly string[]> {
  const wrong: string[] = [];
  await eachStore(plan, surroundings, async (store, context) => {
    if (store.kind === "volumes") return;
    try {
      const contents = await recoveryOf(store).record?.(context);
      if (contents === undefined) return;
      await context.bucket.write(contentsKey(store.folder, contents.backup), JSON.stringify(contents));
      context.report(`recorded ${Object.keys(contents.parts).length} parts of ${contents.backup}`);
    } catch (error) {
      if (surroundings.signal.aborted) throw error;
      wrong.push(`${store.name}: ${reasonOf(error)}`);
    }
  });
  return wrong;
}

async function eachStore(
  plan: DrillPlan,
  { scratch: below, signal, report }: Surroundings,
  work: (store: PlannedStore, context: StoreContext) => Promise<void>,
): Promise<void> {
  const scratch = makeScratch(below, report);
  const bucket = new BackupBucket(plan.bucket);
  try {
    for (const store of plan.stores) {
      signal.throwIfAborted();
      const folder = join(scratch.folder, store.name);
      mkdirSync(folder, { mode: 0o700 });
      await work(store, {
        plan,
        bucket,
        folder,
        signal,
        report: (line) => {
          report(`${store.name}: ${line}`);
        },
      });
      // The next one may need the room.
      rmSync(folder, { recursive: true, force: true });
    }
  } finally {
    bucket.close();
    scratch.remove();
  }
}

async function drillStore(store: PlannedStore, context: StoreContext, at: Date): Promise<StoreReport> {
  const { name, kind } = store;
  try {
    const restored = await recoveryOf(store).restore(context);
    return { store: name, kind, ...verdict(store, restored, at) };
  } catch (error) {
    const reason = context.signal.aborted ? "interrupted" : reasonOf(error);
    return { store: name, kind, ok: false, reason };
  }
}

function verdict(
  { ageSeconds: atMost }: PlannedStore,
  { backup, bytes, newest, seconds, recorded, restored, skipped }: Restored,
  at: Date,
): Omit<StoreReport, "store" | "kind"> {
  const ageSeconds = Math.max(0, (at.getTime() - newest.getTime()) / 1000);
  const different = differences(recorded, restored, at.getTime());
  const reasons = [
    ...(different.length === 0 ? [] : [`restored is not what was recorded: ${different.join("; ")}`]),
    ...(ageSeconds > atMost
      ? [`the newest data is ${Math.round(ageSeconds)} s old, more than the objective of ${atMost} s (RPO)`]
      : []),
  ];
  const parts = Object.values(restored);
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const unseen = [
    ...(skipped === undefined ? [] : [skipped]),
    ...(count === 0 ? ["the backup is empty: that nothing came back proves nothing"] : []),
  ];
  return {
    ok: reasons.length === 0,
    ...(reasons.length === 0 ? {} : { reason: reasons.join("; ") }),
    backup,
    ...(bytes === undefined ? {} : { bytes }),
    restoreSeconds: seconds,
    ageSeconds,
    compared: { parts: parts.length, count },
    ...(unseen.length === 0 ? {} : { skipped: unseen.join("; ") }),
  };
}
