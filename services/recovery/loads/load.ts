/** What the loader asks of each kind of store. */
import type { BackupBucket } from "../bucket.ts";
import { RecoveryFailure } from "../failure.ts";

export interface LoadContext {
  readonly bucket: BackupBucket;
  /** Point in time: nothing that was dumped later is loaded. */
  readonly at: Date;
  /** Whether what the store holds now may be lost. */
  readonly force: boolean;
  /** Folder of its own, empty. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** One line about what is going on. */
  readonly report: (line: string) => void;
  /** Credentials of the store, by variable. @throws RecoveryFailure where it is not set. */
  readonly secret: (variable: string) => string;
}

/** The store holds something that would be lost. Nothing was changed. */
export class Refusal extends RecoveryFailure {}

/** Loads a dump or a mirror into the store that is there. @returns what was loaded, and what was not, as a sentence. */
export type Load<Plan> = (plan: Plan, context: LoadContext) => Promise<string>;
