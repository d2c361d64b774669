/** What is watched beside the platforms' own alerts: the cluster, and what each add-on does for platforms. */
import type { AddOnName } from "../../config/catalog/add-ons.ts";
import type { AlertSpec, Platform } from "../model/index.ts";
import { mainProject } from "../model/index.ts";
import { namespaceAlerts, rose } from "../monitoring/index.ts";
import { copiesOf, secondBucket } from "./copies-alerts.ts";

export interface Watched {
  readonly platforms: readonly Platform[];
  /** The foundation's own. */
  readonly namespaces: readonly string[];
  /** Whether Argo CD delivers the platforms. */
  readonly synced: boolean;
  /** Whether backups are copied to a second bucket. */
  readonly copiedOffsite: boolean;
}

const day = 24 * 3600;

/** Alerts of an add-on; none where it has none. */
export function alertsOf(addOn: AddOnName, watched: Watched): readonly AlertSpec[] {
  return table[addOn]?.(watched) ?? [];
}

const table: Partial<Record<AddOnName, (watched: Watched) => readonly AlertSpec[]>> = {
  prometheus: ({ namespaces }) => [...cluster, ...namespaceAlerts(namespaces)],
  istio: () => mesh,
  "cert-manager": () => certificates,
  "external-secrets": () => externalSecrets,
  opentelemetry: () => telemetry,
  "argo-cd": ({ platforms, synced }) => (synced ? platforms.flatMap(deliveryOf) : []),
  "argo-rollouts": ({ platforms }) => platforms.flatMap(rolloutsOf),
  velero: ({ platforms, copiedOffsite }) => [
    ...platforms.flatMap(copiesOf),
    ...(copiedOffsite ? secondBucket : []),
  ],
};

const cluster: readonly AlertSpec[] = [
  {
    // It always fires: who gets it no more has no monitoring.
    name: "Watchdog",
    expression: "vector(1)",
    for: "0m",
    severity: "info",
    summary: "Prometheus evaluates its rules, and Alertmanager delivers what fires",
    runbook: "monitoring.md",
  },
  {
    name: "NodeNotReady",
    expression: 'max by (node) (kube_node_status_condition{condition="Ready",status="true"}) == 0',
    for: "5m",
    severity: "critical",
    summary:
      "The node {{ $labels.node }} is not ready: its pods are started elsewhere, as far as there is room",
    runbook: "nodes.md",
  },
  {
    name: "NodeUnderPressure",
    expression:
      'max by (node, condition) (kube_node_status_condition{condition=~"MemoryPressure|DiskPressure|PIDPressure",status="true"}) == 1',
    for: "10m",
    severity: "warning",
    summary: "The node {{ $labels.node }} reports {{ $labels.condition }}, and evicts pods",
    runbook: "nodes.md",
  },
];

const mesh: readonly AlertSpec[] = [
  {
    name: "MeshConfigurationRejected",
    // A proxy that refuses is sent the same again when it connects anew, twice an hour.
    expression: rose("pilot_total_xds_rejects", "1h", "type"),
    for: "5m",
    severity: "warning",
    summary: "Proxies refuse the mesh's configuration ({{ $labels.type }}), and go on with what they had",
    runbook: "monitoring.md",
  },
  {
    name: "MeshAuthorityExpires",
    expression: `min(citadel_server_root_cert_expiry_timestamp) - time() < ${30 * day}`,
    for: "1h",
    severity: "critical",
    summary: "The certificate that all mutual TLS rests on ends in {{ $value | humanizeDuration }}",
    runbook: "expired-certificate.md",
  },
];

/** Renewed 30 days before its end, where Let's Encrypt signs: three weeks before it, nine attempts have failed. */
const left = "(min by (namespace, name) (certmanager_certificate_expiration_timestamp_seconds) > 0) - time()";
const certificate = "The certificate {{ $labels.name }} of {{ $labels.namespace }}";

const certificates: readonly AlertSpec[] = [
  {
    name: "CertificateExpiresSoon",
    expression: `${left} < ${21 * day}`,
    for: "1h",
    severity: "warning",
    summary: `${certificate} ends in {{ $value | humanizeDuration }} and was not renewed`,
    runbook: "expired-certificate.md",
  },
  {
    name: "CertificateExpires",
    expression: `${left} < ${3 * day}`,
    for: "10m",
    severity: "critical",
    summary: `${certificate} ends in {{ $value | humanizeDuration }}, or has ended`,
    runbook: "expired-certificate.md",
  },
  {
    name: "CertificateNotReady",
    expression: 'max by (namespace, name) (certmanager_certificate_ready_status{condition="True"}) == 0',
    for: "30m",
    severity: "warning",
    summary: `${certificate} is not issued`,
    runbook: "expired-certificate.md",
  },
];

const externalSecrets: readonly AlertSpec[] = [
  {
    name: "ExternalSecretNotRead",
    expression:
      'max by (namespace, name) (externalsecret_status_condition{condition="Ready",status="False"}) == 1',
    for: "15m",
    severity: "warning",
    summary:
      "{{ $labels.name }} of {{ $labels.namespace }} cannot be read from its store: its Secret stays as it was",
    runbook: "monitoring.md",
  },
];

const telemetry: readonly AlertSpec[] = [
  {
    name: "TelemetryLost",
    // Not sent, or not even taken into the queue.
    expression: ["send", "enqueue"]
      .flatMap((what) => ["spans", "log_records"].map((of) => `otelcol_exporter_${what}_failed_${of}`))
      .map((lost) => `sum by (exporter) (rate(${lost}[10m])) > 0`)
      .join(" or "),
    for: "15m",
    severity: "warning",
    summary: "Traces or logs do not arrive at {{ $labels.exporter }}, and are lost",
    runbook: "monitoring.md",
  },
];

/** Deliveries of one platform by Argo CD. */
function deliveryOf(platform: Platform): AlertSpec[] {
  const projects = new Set([mainProject(platform), ...(platform.projects ?? [])].map(({ name }) => name));
  const mine = `project=~"${[...projects].join("|")}"`;
  const shared = { owner: platform.name, runbook: "stuck-argo-cd-sync.md" };
  return [
    {
      ...shared,
      name: "ArgoCdSyncFailed",
      expression: rose(`argocd_app_sync_total{${mine},phase=~"Error|Failed",dry_run="false"}`, "10m", "name"),
      for: "0m",
      severity: "critical",
      summary: "{{ $labels.name }} could not be synced",
    },
    {
      ...shared,
      name: "ArgoCdSyncStuck",
      expression: `max by (name) (argocd_app_info{${mine},operation="sync"}) == 1`,
      for: "30m",
      severity: "warning",
      summary: "{{ $labels.name }} has been syncing for half an hour",
    },
    {
      ...shared,
      name: "ArgoCdOutOfSync",
      expression: `max by (name) (argocd_app_info{${mine},autosync_enabled="true",sync_status!="Synced"}) == 1`,
      for: "1h",
      severity: "warning",
      summary: "{{ $labels.name }} is not what the repository says, and Argo CD does not mend it",
    },
    {
      ...shared,
      name: "ArgoCdDegraded",
      expression: `max by (name, health_status) (argocd_app_info{${mine},health_status=~"Degraded|Missing"}) == 1`,
      for: "15m",
      severity: "critical",
      summary: "{{ $labels.name }} is {{ $labels.health_status }}",
    },
  ];
}

/** Rollouts of one platform, where it has any. */
function rolloutsOf({ name, namespaces, applications }: Platform): AlertSpec[] {
  if (!applications.some(({ workloads }) => workloads.some(({ progressive }) => progressive !== undefined))) {
    return [];
  }
  const mine = `namespace=~"${namespaces.map((namespace) => namespace.name).join("|")}"`;
  const rollout = "{{ $labels.name }} in {{ $labels.namespace }}";
  const shared = { owner: name, runbook: "stuck-rollout.md" };
  return [
    {
      ...shared,
      name: "RolloutAborted",
      expression: `max by (namespace, name, phase) (rollout_info{${mine},phase=~"Abort|Timeout|Error|InvalidSpec"}) == 1`,
      for: "1m",
      severity: "critical",
      summary: `The new version of ${rollout} was given up ({{ $labels.phase }}); the one before serves`,
    },
    {
      ...shared,
      name: "RolloutWaits",
      expression: `max by (namespace, name) (rollout_info{${mine},phase="Paused"}) == 1`,
      for: "2h",
      severity: "warning",
      summary: `The new version of ${rollout} waits for two hours for somebody to promote it`,
    },
  ];
}
