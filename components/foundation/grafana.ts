/** Grafana inside the Prometheus stack: sources, dashboards from ConfigMaps, one administrator with a generated password. */
import type { Values } from "../../config/catalog/mirror.ts";
import { startGrafana } from "../../platforms/model/grafana-start.ts";
import { loki, tempo } from "./grafana-sources.ts";
import { requiredPod, resourcesOf, spreadOf, type AddOnContext } from "./definition.ts";

/** Label of the ConfigMaps, in any namespace, whose dashboards Grafana shows. */
export const dashboardLabel = "grafana_dashboard";
/** Annotation that names the folder which a dashboard is shown in. */
export const dashboardFolder = "grafana_folder";

/** @param admin the Secret with the administrator's name and password, and how often that was renewed. */
export function grafanaValues(
  context: AddOnContext,
  admin: { readonly secret: string; readonly rotation: number },
): Values {
  const pod = requiredPod(context, "kube-prometheus-stack/grafana");
  return {
    fullnameOverride: pod.name,
    admin: { existingSecret: admin.secret, userKey: "admin-user", passwordKey: "admin-password" },
    // A new password is set at a start, and makes one: the chart only watches a Secret of its own.
    command: startGrafana,
    podAnnotations: { "quint.dev/rotation": String(admin.rotation) },
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
      dashboards: {
        enabled: true,
        label: dashboardLabel,
        labelValue: "1",
        searchNamespace: "ALL",
        folderAnnotation: dashboardFolder,
        provider: { foldersFromFilesStructure: true },
        // Those that the chart brings.
        annotations: { [dashboardFolder]: "kubernetes" },
      },
      datasources: {
        enabled: true,
        searchNamespace: "ALL",
        // From a dot on a line of metrics to the trace of that very request.
        exemplarTraceIdDestinations: {
          datasourceUid: "tempo",
          traceIdLabelName: "trace_id",
          urlDisplayLabel: "Trace",
        },
      },
    },
    additionalDataSources: [loki, tempo],
    "grafana.ini": {
      server: { root_url: `https://${context.options.hosts.grafana}/` },
      analytics: { check_for_updates: false, reporting_enabled: false, check_for_plugin_updates: false },
      users: { allow_sign_up: false },
    },
  };
}
