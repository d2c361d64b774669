/** What a platform loses at most, and how it is proven: backups as plain data. Data services carry their own. */
import type { BackupSpec } from "./data.ts";

/** A copy of a namespace: objects, and snapshots of its volumes. */
export interface NamespaceBackupSpec extends BackupSpec {
  readonly name: string;
  readonly namespaces: readonly string[];
}

export interface RecoverySpec {
  /** Hours until the platform runs again. */
  readonly timeObjectiveHours: number;
  /** Hours of data that may be lost. */
  readonly pointObjectiveHours: number;
  readonly namespaces: readonly NamespaceBackupSpec[];
  /** When a backup is restored into a temporary database and looked at: five-field cron, UTC. */
  readonly verification: string;
}
