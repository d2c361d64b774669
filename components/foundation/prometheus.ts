/** Prometheus, Alertmanager and Grafana, with the exporters of nodes and of the cluster's state. */
import type { Values } from "../../config/catalog/mirror.ts";
import type { FootprintSpec } from "../../platforms/model/foundation.ts";
import { GeneratedSecret } from "../secrets/generated-secret.ts";
import { meshCertificates } from "../workload/monitor.ts";
import { dashboardConfigMap } from "../observability/dashboard.ts";
import { alertmanagerConfig } from "./alertmanager.ts";
import { grafanaValues } from "./grafana.ts";
import {
  foundationLabels,
  quantities,
  requiredPod,
  resourcesOf,
  spreadOf,
  type AddOnContext,
  type AddOnDefinition,
} from "./definition.ts";

const stack = "kube-prometheus-stack";
const namespace = "platform-monitoring";
const grafanaAdminSecret = "grafana-admin";
/** Another number makes another password. */
const grafanaAdminRotation = 1;

const certificateVolume = "istio-certs";

/** Alerts of the chart that have a counterpart of ours, with a runbook here and a test. */
const replaced = [
  "Watchdog",
  "KubeNodeNotReady",
  "KubeNodePressure",
  "KubePersistentVolumeFillingUp",
  "KubeQuotaAlmostFull",
  "KubeQuotaFullyUsed",
  "KubeDeploymentRolloutStuck",
] as const;

export const prometheus: AddOnDefinition = {
  timeoutSeconds: 900,
  before: ({ name, opts, namespace: namespaceOf }) => [
    new GeneratedSecret(
      `${name}-${grafanaAdminSecret}`,
      {
        owner: { platform: "foundation", application: "prometheus" },
        namespace: namespaceOf(namespace),
        spec: {
          name: grafanaAdminSecret,
          purpose: "Grafana's administrator",
          rotation: grafanaAdminRotation,
          keys: {
            "admin-user": { kind: "plain", value: "admin" },
            "admin-password": { kind: "password", length: 24 },
          },
        },
      },
      opts,
    ),
  ],
  after: ({ name, namespace: namespaceOf, options, opts }) => {
    for (const spec of options.dashboards) {
      dashboardConfigMap(
        `${name}-${spec.name}`,
        {
          namespace: namespaceOf(namespace),
          labels: foundationLabels("prometheus"),
          folder: "cluster",
          spec,
        },
        opts,
      );
    }
  },
  values: (context) => {
    const operator = requiredPod(context, `${stack}/operator`);
    const stateMetrics = requiredPod(context, `${stack}/stateMetrics`);
    const nodeExporter = requiredPod(context, `${stack}/nodeExporter`);
    const server = requiredPod(context, `${stack}/prometheus`);
    return {
      [stack]: {
        fullnameOverride: stack,
        // A chart of their own brings them, upgraded before this one.
        crds: { enabled: false },
        // Control planes of managed clusters are not there to be scraped.
        ...off("kubeEtcd", "kubeScheduler", "kubeControllerManager", "kubeProxy"),
        prometheusOperator: {
          resources: resourcesOf(operator),
          priorityClassName: operator.priority,
          admissionWebhooks: {
            // The chart's own rules come with the webhook, before the operator answers: `Fail` would refuse them, and
            // with them the release. The operator judges rules once more itself.
            failurePolicy: "Ignore",
            patch: { enabled: false },
            certManager: { enabled: true },
          },
          prometheusConfigReloader: { resources: resourcesOf(server, "config-reloader") },
        },
        prometheus: { prometheusSpec: prometheusSpec(context, server) },
        // The chart's own alerts stay, with an owner and the runbooks of their authors; those that ours replace do not.
        defaultRules: {
          additionalRuleLabels: { owner: "foundation" },
          disabled: Object.fromEntries(replaced.map((alert) => [alert, true])),
        },
        alertmanager: {
          config: alertmanagerConfig(context.options),
          alertmanagerSpec: alertmanagerSpec(context),
        },
        grafana: grafanaValues(context, { secret: grafanaAdminSecret, rotation: grafanaAdminRotation }),
        "kube-state-metrics": {
          fullnameOverride: stateMetrics.name,
          resources: resourcesOf(stateMetrics),
          priorityClassName: stateMetrics.priority,
          topologySpreadConstraints: spreadOf(stateMetrics),
        },
        "prometheus-node-exporter": {
          fullnameOverride: nodeExporter.name,
          namespaceOverride: nodeExporter.namespace,
          // The chart would add a suffix to the catalog's tag.
          image: { distroless: false },
          resources: resourcesOf(nodeExporter),
          priorityClassName: nodeExporter.priority,
          tolerations: [{ operator: "Exists" }],
        },
      },
    };
  },
};

function off(...parts: readonly string[]): Values {
  return Object.fromEntries(parts.map((part) => [part, { enabled: false }]));
}

function prometheusSpec(context: AddOnContext, pod: FootprintSpec): Values {
  const { options } = context;
  return {
    replicas: pod.replicas,
    retention: `${options.retention.metricsDays}d`,
    // The oldest blocks go before the volume is full; a fifth is left for the write-ahead log.
    retentionSize: fourFifths(pod.storage ?? "10Gi"),
    resources: resourcesOf(pod, "prometheus"),
    priorityClassName: pod.priority,
    topologySpreadConstraints: spreadOf(pod),
    storageSpec: volumeOf(context, pod),
    externalLabels: { cluster: options.stack },
    // Every monitor and rule of the cluster, not only those that this release labelled.
    serviceMonitorSelectorNilUsesHelmValues: false,
    podMonitorSelectorNilUsesHelmValues: false,
    ruleSelectorNilUsesHelmValues: false,
    probeSelectorNilUsesHelmValues: false,
    scrapeConfigSelectorNilUsesHelmValues: false,
    enableRemoteWriteReceiver: false,
    // Numbers of traces that services attach to their metrics.
    enableFeatures: ["exemplar-storage"],
    // A proxy that takes no traffic: it only writes the certificate that STRICT workloads ask for.
    podMetadata: {
      labels: { "sidecar.istio.io/inject": "true" },
      annotations: {
        "traffic.sidecar.istio.io/includeInboundPorts": "",
        "traffic.sidecar.istio.io/includeOutboundIPRanges": "",
        "proxy.istio.io/config": "proxyMetadata:\n  OUTPUT_CERTS: /etc/istio-output-certs\n",
        "sidecar.istio.io/userVolumeMount": JSON.stringify([
          { name: certificateVolume, mountPath: "/etc/istio-output-certs" },
        ]),
        ...proxySize(
          quantities(pod.containers.find(({ name }) => name === "istio-proxy")?.resources ?? options.sidecar),
        ),
      },
    },
    volumes: [{ name: certificateVolume, emptyDir: { medium: "Memory" } }],
    volumeMounts: [{ name: certificateVolume, mountPath: meshCertificates }],
  };
}

/** The injector's annotations for one pod's proxy. */
function proxySize({ requests, limits }: Values): Values {
  const { cpu, memory } = requests as { readonly cpu: string; readonly memory: string };
  const most = limits as { readonly cpu: string; readonly memory: string };
  return {
    "sidecar.istio.io/proxyCPU": cpu,
    "sidecar.istio.io/proxyMemory": memory,
    "sidecar.istio.io/proxyCPULimit": most.cpu,
    "sidecar.istio.io/proxyMemoryLimit": most.memory,
  };
}

function alertmanagerSpec(context: AddOnContext): Values {
  const pod = requiredPod(context, `${stack}/alertmanager`);
  const { alerting } = context.options;
  return {
    // Mounted under /etc/alertmanager/secrets/: the configuration names files, never a value.
    ...(alerting === undefined ? {} : { secrets: [alerting.secret] }),
    replicas: pod.replicas,
    resources: resourcesOf(pod, "alertmanager"),
    priorityClassName: pod.priority,
    topologySpreadConstraints: spreadOf(pod),
    storage: volumeOf(context, pod),
  };
}

function volumeOf({ facts }: AddOnContext, pod: FootprintSpec): Values {
  return {
    volumeClaimTemplate: {
      spec: {
        storageClassName: facts.storageClasses.readWriteOnce,
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: pod.storage ?? "10Gi" } },
      },
    },
  };
}

/** Four fifths of a volume in Prometheus' units: `10Gi` -> `8192MB`, where its MB is 2^20 bytes. */
function fourFifths(size: string): string {
  const gibibytes = Number(/^(\d+)Gi$/.exec(size)?.[1]);
  if (Number.isNaN(gibibytes))
    throw new Error(`the volume of Prometheus is "${size}", and whole Gi are expected`);
  return `${Math.floor(gibibytes * 1024 * 0.8)}MB`;
}
