/** Alerts on the weekly restore drill: a backup counts once it was restored, in time and young enough. */
import type { AlertSpec, BackupsSpec } from "../model/index.ts";
import { oldestResult } from "./cadence.ts";

const hour = 3600;

export function drillAlerts(
  platform: string,
  { pointObjectiveHours, timeObjectiveHours, verification }: BackupsSpec,
): AlertSpec[] {
  const drill = (metric: string) =>
    `max by (platform, store) (quint_restore_drill_${metric}{platform="${platform}"})`;
  const of = `the restore drill of ${platform}'s {{ $labels.store }}`;
  const week = oldestResult(verification);
  const rules: Omit<AlertSpec, "runbook">[] = [
    {
      name: "RestoreDrillFailed",
      expression: `${drill("success")} < 1`,
      for: "0m",
      severity: "critical",
      summary: `Failed: ${of}. Nobody knows whether its backup can be restored`,
    },
    {
      name: "RestoreDrillMissed",
      expression: `time() - ${drill("last_run_timestamp_seconds")} > ${week}`,
      for: "1h",
      severity: "warning",
      summary: `Missed: ${of}, for {{ $value | humanizeDuration }}`,
    },
    {
      // A new platform has none before its first Sunday.
      name: "RestoreDrillNeverRan",
      expression: `absent(quint_restore_drill_last_run_timestamp_seconds{platform="${platform}"})`,
      for: `${Math.round(week / hour)}h`,
      severity: "warning",
      summary: `No restore drill of ${platform} has ever told its result`,
    },
    {
      name: "RestoreTooSlow",
      expression: `${drill("seconds")} > ${timeObjectiveHours * hour}`,
      for: "0m",
      severity: "critical",
      summary: `{{ $value | humanizeDuration }} took ${of}; ${timeObjectiveHours} h are promised`,
    },
    {
      name: "RestoreTooOld",
      expression: `${drill("age_seconds")} > ${pointObjectiveHours * hour}`,
      for: "0m",
      severity: "critical",
      summary: `Data {{ $value | humanizeDuration }} old is what ${of} brought back; at most ${pointObjectiveHours} h are promised`,
    },
  ];
  return rules.map((rule) => ({ ...rule, runbook: "backups.md" }));
}
