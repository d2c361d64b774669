/** Alerts on copies: Velero's of the platforms' namespaces, and those of all backups in the second bucket. */
import type { AlertSpec, Platform } from "../model/index.ts";
import { offsiteCopies } from "../model/index.ts";
import { oldestResult } from "../monitoring/index.ts";

/** Velero's copies of one platform's namespaces. */
export function copiesOf({ name, backups }: Platform): AlertSpec[] {
  if (backups === undefined || backups.schedules.length === 0) return [];
  const mine = `{schedule=~"${name}-.*"}`;
  const shared = { owner: name, runbook: "backups.md" };
  return [
    {
      ...shared,
      name: "BackupFailed",
      expression: `${["failure", "partial_failure", "validation_failure"]
        .map((how) => `sum by (schedule) (increase(velero_backup_${how}_total${mine}[1h]))`)
        .join(" + ")} > 0`,
      for: "0m",
      severity: "warning",
      summary: "The backup {{ $labels.schedule }} failed, or a part of it",
    },
    ...backups.schedules.flatMap((schedule): AlertSpec[] => {
      const newest = `velero_backup_last_successful_timestamp{schedule="${name}-${schedule.name}"}`;
      const oldest = oldestResult(schedule.schedule);
      const labels = { backup: schedule.name };
      return [
        {
          ...shared,
          labels,
          name: "BackupOld",
          expression: `time() - max by (schedule) (${newest}) > ${oldest}`,
          for: "0m",
          severity: "critical",
          summary: "The newest backup {{ $labels.schedule }} is {{ $value | humanizeDuration }} old",
        },
        {
          ...shared,
          labels,
          name: "BackupNeverMade",
          expression: `absent(${newest})`,
          // A new platform has none before the first is due.
          for: `${Math.ceil(oldest / 3600)}h`,
          severity: "critical",
          summary: "There has never been a backup {{ $labels.schedule }}",
        },
      ];
    }),
  ];
}

const copied = `kube_cronjob_status_last_successful_time{namespace="${offsiteCopies.namespace}",cronjob="${offsiteCopies.name}"}`;

/** A job that is suspended, deleted or never begins fails nothing: only the age of its last success tells. */
export const secondBucket: readonly AlertSpec[] = [
  {
    name: "OffsiteCopyOld",
    expression: `time() - max by (namespace) (${copied}) > ${oldestResult(offsiteCopies.schedule)}`,
    // A copy that takes longer than an hour leaves a run out.
    for: "1h",
    severity: "critical",
    summary: "The newest copy of the backups in the second bucket is {{ $value | humanizeDuration }} old",
    runbook: "backups.md",
  },
  {
    name: "OffsiteCopyNeverMade",
    expression: `absent(${copied})`,
    for: `${offsiteCopies.deadlineHours + 1}h`,
    severity: "critical",
    summary: "The backups have never been copied whole to the second bucket",
    runbook: "backups.md",
  },
];
