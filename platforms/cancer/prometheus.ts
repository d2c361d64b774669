/** Metrics of this namespace, 30 days of them (seed 001: "Prometheus Service", "RBAC"). */
import { images } from "../../config/index.ts";
import type { WorkloadSpec } from "../model/index.ts";
import { certificatesForScraping, meshCertificates } from "./scraping.ts";
import { imageOf, server } from "./server.ts";
import { hostOf, isDirect, pathPrefix, ports, toolServices, users, type CancerStack } from "./topology.ts";

export function prometheus(stack: CancerStack): WorkloadSpec {
  const { claims, prometheusRetentionDays } = stack.settings.sizes.cancer;
  const prefix = pathPrefix(stack, "prometheus");
  return {
    ...server(stack, "prometheus", "monitoring", images.prometheus),
    container: {
      image: imageOf(stack, "prometheus", images.prometheus),
      args: [
        "--config.file=/etc/prometheus/prometheus.yml",
        "--storage.tsdb.path=/prometheus",
        `--storage.tsdb.retention.time=${prometheusRetentionDays}d`,
        // The oldest blocks go before the volume is full; a fifth is left for the write-ahead log.
        `--storage.tsdb.retention.size=${fourFifths(claims.prometheusData)}`,
        `--web.listen-address=:${ports.prometheus.port}`,
        ...(prefix === "" ? [] : [`--web.external-url=https://${hostOf(stack, "prometheus")}${prefix}`]),
      ],
      ports: [ports.prometheus],
      probes: {
        startup: { path: `${prefix}/-/ready`, port: "http", periodSeconds: 5, failureThreshold: 60 },
        liveness: { path: `${prefix}/-/healthy`, port: "http" },
        readiness: { path: `${prefix}/-/ready`, port: "http" },
      },
      mounts: [
        { kind: "config", config: "prometheus-config", path: "/etc/prometheus" },
        { kind: "claim", claim: "prometheus-data-pvc", path: "/prometheus", readOnly: false },
        ...(isDirect(stack)
          ? []
          : [{ kind: "scratch", name: "mesh-certificates", path: meshCertificates, size: "1Mi" } as const]),
      ],
    },
    strategy: "recreate",
    identity: {
      name: "prometheus",
      // The seed's ClusterRole, narrowed to the one namespace that is scraped.
      rules: [
        { apiGroups: [""], resources: ["services", "endpoints", "pods"], verbs: ["get", "list", "watch"] },
        { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["get", "list", "watch"] },
      ],
    },
    services: toolServices(stack, "prometheus"),
    callers: [{ kind: "workload", workload: "grafana", port: "http" }, users(stack)],
    egress: [{ kind: "api-server" }],
    priorityClass: "medium-priority",
    ...(isDirect(stack) ? {} : { annotations: certificatesForScraping }),
    terminationGraceSeconds: 120,
  };
}

/** Four fifths of a volume's size, in whole megabytes as Prometheus takes it. */
function fourFifths(size: string): string {
  const match = /^(\d+)Gi$/.exec(size);
  if (match?.[1] === undefined) {
    throw new Error(`the size of Prometheus' volume must be in whole Gi, not "${size}"`);
  }
  return `${Math.floor(Number(match[1]) * 1024 * 0.8)}MB`;
}
