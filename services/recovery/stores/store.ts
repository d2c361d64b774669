/** What the drill asks of each kind of store. */
import type { BackupBucket } from "../bucket.ts";
import type { Contents, Parts } from "../contents.ts";
import type { DrillPlan, PlannedStore } from "../plan.ts";

export interface StoreContext {
  readonly plan: DrillPlan;
  readonly bucket: BackupBucket;
  /** Folder of its own, empty. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** One line about what is going on. */
  readonly report: (line: string) => void;
}

export interface Restored {
  /** The backup, by its own name. */
  readonly backup: string;
  /** Its size in the bucket; left out: it is not in the bucket. */
  readonly bytes?: number;
  /** Up to when data could have been restored. */
  readonly newest: Date;
  /** From the first byte read to a store that answers. */
  readonly seconds: number;
  readonly recorded: Parts;
  readonly restored: Parts;
  /** What was not looked at, and why. */
  readonly skipped?: string;
}

export interface StoreRecovery<Store extends PlannedStore> {
  /** Restores the newest backup below the context's folder and reads all of it; leaves nothing running. */
  readonly restore: (store: Store, context: StoreContext) => Promise<Restored>;
  /** What the newest backup holds, where that was not recorded yet; left out: it records nothing. */
  readonly record?: (store: Store, context: StoreContext) => Promise<Contents | undefined>;
}
