/** What Velero copies of a platform, and what a loss may cost: seed 000's figures, which hold for all five. */
import type { Settings } from "../config/index.ts";
import type { BackupsSpec } from "./model/index.ts";

/**
 * Seed 000, "Backup & Disaster Recovery": daily and kept for 30 days; in production hourly as well, kept for 7; looked
 * at on Sundays at 4; running again within 4 hours, with an hour's data lost at most. The other seeds name no figures.
 */
export function backupsOf(
  { environment }: Pick<Settings, "environment">,
  namespaces: readonly string[],
  quiesce?: BackupsSpec["quiesce"],
): BackupsSpec {
  return {
    timeObjectiveHours: 4,
    pointObjectiveHours: 1,
    schedules: [
      { name: "daily", schedule: "0 2 * * *", retentionDays: 30, namespaces },
      ...(environment === "production"
        ? [{ name: "hourly", schedule: "0 * * * *", retentionDays: 7, namespaces }]
        : []),
    ],
    ...(quiesce === undefined ? {} : { quiesce }),
    verification: "0 4 * * 0",
  };
}

/** Base backups of a PostgreSQL server: "every 6 hours", "30-day retention policy". Its log is archived all the time. */
export const baseBackups = { schedule: "0 */6 * * *", retentionDays: 30 } as const;

/** A mirror of buckets: "daily bucket mirroring (3 AM)". */
export const dailyMirror = { schedule: "0 3 * * *", retentionDays: 30 } as const;

/** Dumps of what changes little, or can be lost for a day. */
export const dailyDump = { schedule: "30 2 * * *", retentionDays: 30 } as const;

/** Dumps of what the recovery point binds and no log protects. */
export const hourlyDump = { schedule: "20 * * * *", retentionDays: 7 } as const;
