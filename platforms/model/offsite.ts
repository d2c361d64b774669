/** The copy of all backups in the second bucket: what makes it, and when. */

export const offsiteCopies = {
  /** Of the CronJob, and of its ServiceAccount. */
  name: "offsite-copies",
  /** Velero's: what opens the first bucket is there. */
  namespace: "velero",
  /** Five-field cron, UTC: after the hourly backups, before the next. */
  schedule: "40 * * * *",
  /** A first copy takes everything; runs that fall into it are left out. */
  deadlineHours: 12,
} as const;
