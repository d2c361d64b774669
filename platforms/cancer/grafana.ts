/** Grafana with its data source and dashboards, provisioned from the start (seed 001: "Grafana Service", "grafana-datasources"). */
import { images } from "../../config/index.ts";
import { startGrafana } from "../model/grafana-start.ts";
import type { ConfigSpec, SecretSpec, WorkloadSpec } from "../model/index.ts";
import { dashboards } from "./dashboards.ts";
import { imageOf, probes, server } from "./server.ts";
import {
  hostOf,
  isDirect,
  pathPrefix,
  ports,
  serviceOf,
  toolServices,
  users,
  type CancerStack,
} from "./topology.ts";

export function grafana(stack: CancerStack): WorkloadSpec {
  const prefix = pathPrefix(stack, "grafana");
  return {
    ...server(stack, "grafana", "dashboards", images.grafana),
    container: {
      image: imageOf(stack, "grafana", images.grafana),
      command: [...startGrafana],
      env: {
        GF_SECURITY_ADMIN_USER: { secret: "grafana-admin", key: "username" },
        GF_SECURITY_ADMIN_PASSWORD: { secret: "grafana-admin", key: "password" },
        GF_LOG_MODE: "console",
        GF_ANALYTICS_REPORTING_ENABLED: "false",
        GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
        GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
        ...(isDirect(stack)
          ? {}
          : {
              GF_SERVER_ROOT_URL: `https://${hostOf(stack, "grafana")}${prefix}/`,
              GF_SERVER_SERVE_FROM_SUB_PATH: String(prefix !== ""),
            }),
      },
      ports: [ports.grafana],
      probes: probes("/api/health", 120),
      mounts: [
        { kind: "claim", claim: "grafana-data-pvc", path: "/var/lib/grafana", readOnly: false },
        { kind: "config", config: "grafana-datasources", path: "/etc/grafana/provisioning/datasources" },
        {
          kind: "config",
          config: "grafana-dashboard-provider",
          path: "/etc/grafana/provisioning/dashboards",
        },
        { kind: "config", config: "grafana-dashboards", path: dashboardFolder },
        { kind: "scratch", name: "tmp", path: "/tmp", size: "128Mi" },
      ],
    },
    strategy: "recreate",
    services: toolServices(stack, "grafana"),
    callers: [users(stack)],
    priorityClass: "medium-priority",
  };
}

/** In place of the seed's admin/admin. */
export const grafanaAdmin: SecretSpec = {
  name: "grafana-admin",
  purpose: "Grafana's administrator",
  rotation: 1,
  keys: {
    username: { kind: "plain", value: "admin" },
    password: { kind: "password", length: 24 },
  },
};

const dashboardFolder = "/etc/grafana/dashboards";

/** The datasource of the seed, the dashboards, and where to find them. */
export function grafanaConfigs(stack: CancerStack): ConfigSpec[] {
  const prometheus = `http://${serviceOf("prometheus")}:${ports.prometheus.port}${pathPrefix(stack, "prometheus")}`;
  return [
    {
      name: "grafana-datasources",
      data: {
        "datasources.yaml": `apiVersion: 1
datasources:
  - name: Prometheus
    uid: prometheus
    type: prometheus
    access: proxy
    url: ${prometheus}
    isDefault: true
    editable: false
    jsonData:
      timeInterval: 10s
`,
      },
    },
    {
      name: "grafana-dashboard-provider",
      data: {
        "provider.yaml": `apiVersion: 1
providers:
  - name: cancer
    type: file
    allowUiUpdates: false
    options:
      path: ${dashboardFolder}
`,
      },
    },
    {
      name: "grafana-dashboards",
      data: Object.fromEntries(
        dashboards({ namespace: stack.cancer.namespace }).map(({ name, model }) => [
          `${name}.json`,
          JSON.stringify(model, undefined, 2),
        ]),
      ),
    },
  ];
}
