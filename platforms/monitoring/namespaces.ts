/** Alerts on what every namespace has: quota, volumes, deployments. */
import type { AlertSpec } from "../model/index.ts";

/** Alerts for some namespaces of one owner. */
export function namespaceAlerts(namespaces: readonly string[]): AlertSpec[] {
  const here = `namespace=~"${namespaces.join("|")}"`;
  const left = `kubelet_volume_stats_available_bytes{${here}} / kubelet_volume_stats_capacity_bytes{${here}}`;
  const volume = "The volume {{ $labels.persistentvolumeclaim }} of {{ $labels.namespace }} has";
  return [
    {
      name: "QuotaNearlyUsed",
      expression:
        `kube_resourcequota{${here},type="used"} / ignoring (type) ` +
        `(kube_resourcequota{${here},type="hard"} > 0) > 0.9`,
      for: "15m",
      severity: "warning",
      summary:
        "{{ $value | humanizePercentage }} of the quota of {{ $labels.namespace }} for {{ $labels.resource }} is used",
      runbook: "quota.md",
    },
    {
      name: "VolumeNearlyFull",
      expression: `${left} < 0.15`,
      for: "10m",
      severity: "warning",
      summary: `${volume} {{ $value | humanizePercentage }} left`,
      runbook: "full-volume.md",
    },
    {
      name: "VolumeFull",
      expression: `${left} < 0.03`,
      for: "2m",
      severity: "critical",
      summary: `${volume} {{ $value | humanizePercentage }} left: its server stops or has stopped`,
      runbook: "full-volume.md",
    },
    {
      name: "DeploymentFailed",
      expression: `kube_deployment_status_condition{${here},condition="Progressing",status="false"} == 1`,
      for: "1m",
      severity: "critical",
      summary: "The deployment of {{ $labels.deployment }} in {{ $labels.namespace }} did not finish in time",
      runbook: "stuck-rollout.md",
    },
  ];
}
