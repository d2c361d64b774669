/** Grafana inside the Prometheus stack: sources, dashboards from ConfigMaps, one administrator with a generated password. */
import type { Values } from "../../config/catalog/mirror.ts";
import { requiredPod, resourcesOf, spreadOf, type AddOnContext } from "./definition.ts";

/** Label of the ConfigMaps, in any namespace, whose dashboards Grafana shows. */
export const dashboardLabel = "grafana_dashboard";

export function grafanaValues(context: AddOnContext, adminSecret: string): Values {
  const pod = requiredPod(context, "kube-prometheus-stack/grafana");
  return {
    fullnameOverride: pod.name,
    admin: { existingSecret: adminSecret, userKey: "admin-user", passwordKey: "admin-password" },
    resources: resourcesOf(pod, "grafana"),
    priorityClassName: pod.priority,
    topologySpreadConstraints: spreadOf(pod),
    // Users' own dashboards and alerts are in its database: one pod, one volume, never two at once.
    deploymentStrategy: { type: "Recreate" },
    persistence: {
      enabled: true,
      size: pod.storage ?? "1Gi",
      storageClassName: context.facts.storageClasses.readWriteOnce,
    },
    // It would run as root; the volume belongs to Grafana's group anyway (fsGroup).
    initChownData: { enabled: false },
    testFramework: { enabled: false },
    defaultDashboardsEnabled: true,
    sidecar: {
      resources: resourcesOf(pod, "grafana-sc-dashboard"),
      dashboards: { enabled: true, label: dashboardLabel, labelValue: "1", searchNamespace: "ALL" },
      datasources: { enabled: true, searchNamespace: "ALL" },
    },
    additionalDataSources: [
      {
        name: "Loki",
        uid: "loki",
        type: "loki",
        access: "proxy",
        url: "http://loki.platform-monitoring.svc:3100",
        jsonData: {
          // From a line of a log to its trace.
          derivedFields: [
            {
              name: "trace",
              datasourceUid: "tempo",
              matcherType: "label",
              matcherRegex: "trace_id",
              url: "$${__value.raw}",
            },
          ],
        },
      },
      {
        name: "Tempo",
        uid: "tempo",
        type: "tempo",
        access: "proxy",
        url: "http://tempo.platform-monitoring.svc:3200",
        jsonData: { tracesToLogsV2: { datasourceUid: "loki", filterByTraceID: true } },
      },
    ],
    "grafana.ini": {
      server: { root_url: `https://${context.options.hosts.grafana}/` },
      analytics: { check_for_updates: false, reporting_enabled: false, check_for_plugin_updates: false },
      users: { allow_sign_up: false },
    },
  };
}
