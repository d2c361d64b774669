/** Backups and restore drills: whether there are any, how old they are, and whether they can be restored. */
import type { DashboardSpec } from "../../model/index.ts";
import { dashboard } from "../dashboard.ts";
import { line, stat } from "../panel.ts";

const drill = "{{platform}} {{store}}";
const database = "{{namespace}} {{pod}}";

export function backups(): DashboardSpec {
  return dashboard({
    uid: "cluster-backups",
    title: "Backups and restore drills",
    about: "cluster",
    since: "7d",
    rows: [
      {
        title: "Restore drills",
        panels: [
          stat("Drills that failed", "none", "count(quint_restore_drill_success == 0) or vector(0)", {
            red: 1,
          }),
          stat("Longest restore", "s", "max(quint_restore_drill_seconds)", { red: 4 * 3600 }),
          stat("Oldest data restored", "s", "max(quint_restore_drill_age_seconds)", { red: 3600 }),
          stat(
            "Since the drill that is longest ago",
            "s",
            "time() - min(max by (platform) (quint_restore_drill_last_run_timestamp_seconds))",
            { red: 8 * 86400 },
          ),
          line("Success", "none", "quint_restore_drill_success", drill, { redBelow: 1 }),
          line("Time to restore", "s", "quint_restore_drill_seconds", drill, {
            description: "The seed's objective is 4 hours (RTO).",
            red: 4 * 3600,
          }),
          line("Age of what was restored", "s", "quint_restore_drill_age_seconds", drill, {
            description: "The seed's objective is 1 hour (RPO).",
            red: 3600,
          }),
        ],
      },
      {
        title: "Namespaces (Velero)",
        panels: [
          line(
            "Age of the last good backup",
            "s",
            "time() - (velero_backup_last_successful_timestamp > 0)",
            "{{schedule}}",
          ),
          line(
            "Backups that failed (1 day)",
            "none",
            "sum by (schedule) (increase(velero_backup_failure_total[1d]) + increase(velero_backup_partial_failure_total[1d]))",
            "{{schedule}}",
            { red: 1 },
          ),
          line("Size", "bytes", "velero_backup_tarball_size_bytes", "{{schedule}}"),
          line(
            "Duration, mean",
            "s",
            "sum by (schedule) (increase(velero_backup_duration_seconds_sum[1d])) / sum by (schedule) (increase(velero_backup_duration_seconds_count[1d]))",
            "{{schedule}}",
          ),
        ],
      },
      {
        title: "PostgreSQL",
        panels: [
          line(
            "Age of the last base backup",
            "s",
            "time() - (barman_cloud_cloudnative_pg_io_last_available_backup_timestamp > 0)",
            database,
          ),
          line(
            "Since the write-ahead log was archived",
            "s",
            "cnpg_pg_stat_archiver_seconds_since_last_archival",
            database,
            { red: 3600 },
          ),
        ],
      },
    ],
  });
}
