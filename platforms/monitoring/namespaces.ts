/** Alerts on what every namespace has: quota, volumes, deployments. */
import type { AlertSpec } from "../model/index.ts";

/** Alerts for some namespaces of one owner. */
export function namespaceAlerts(namespaces: readonly string[]): AlertSpec[] {
  const here = `namespace=~"${namespaces.join("|")}"`;
  // A volume that several nodes mount has a series for each.
  const left = `min by (namespace, persistentvolumeclaim) (kubelet_volume_stats_available_bytes{${here}} / kubelet_volume_stats_capacity_bytes{${here}})`;
  const quota = (type: string) =>
    `max by (namespace, resourcequota, resource) (kube_resourcequota{${here},type="${type}"})`;
  const ofDeployments = (metric: string) => `max by (namespace, deployment) (kube_deployment_${metric})`;
  const volume = "The volume {{ $labels.persistentvolumeclaim }} of {{ $labels.namespace }} has";
  return [
    {
      name: "QuotaNearlyUsed",
      expression: `${quota("used")} / (${quota("hard")} > 0) > 0.9`,
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
      expression: `${ofDeployments(`status_condition{${here},condition="Progressing",status="false"}`)} == 1`,
      for: "1m",
      severity: "critical",
      summary: "The deployment of {{ $labels.deployment }} in {{ $labels.namespace }} did not finish in time",
      runbook: "stuck-rollout.md",
    },
    {
      // Requests that reach no pod are in nobody's series of the mesh: neither error rate nor objective sees this.
      name: "DeploymentDown",
      expression: `${ofDeployments(`status_replicas_available{${here}}`)} == 0 and ${ofDeployments(`spec_replicas{${here}}`)} > 0`,
      for: "5m",
      severity: "critical",
      summary: "No pod of {{ $labels.deployment }} in {{ $labels.namespace }} is available",
      runbook: "stuck-rollout.md",
    },
  ];
}
