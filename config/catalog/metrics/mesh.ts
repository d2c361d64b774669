/** Series of the mesh: every sidecar and gateway by Istio's standard names, istiod and the CNI plugin by their own. */
import { alike, among, counter, gauge, histogram, type MetricSource } from "./metric.ts";

/** Istio, "Standard Metrics", labels. */
const request = [
  "reporter",
  "source_workload",
  "source_workload_namespace",
  "source_principal",
  "source_app",
  "source_version",
  "source_cluster",
  "source_canonical_service",
  "source_canonical_revision",
  "destination_workload",
  "destination_workload_namespace",
  "destination_principal",
  "destination_app",
  "destination_version",
  "destination_service",
  "destination_service_name",
  "destination_service_namespace",
  "destination_cluster",
  "destination_canonical_service",
  "destination_canonical_revision",
  "connection_security_policy",
  "response_flags",
] as const;
const http = [...request, "request_protocol", "response_code", "grpc_response_status"] as const;
const said = {
  reporter: ["source", "destination"],
  connection_security_policy: ["mutual_tls", "none", "unknown"],
};

export const meshMetrics = {
  "istio-proxy": {
    exporter: "Envoy of every sidecar and of the gateway",
    documented: "https://istio.io/latest/docs/reference/config/metrics/",
    scrape: "pods",
    honorLabels: false,
    metrics: {
      istio_requests_total: among(counter(...http), said),
      ...alike(
        among(histogram(...http), said),
        "istio_request_duration_milliseconds",
        "istio_request_bytes",
        "istio_response_bytes",
      ),
      ...alike(
        among(counter(...request, "request_protocol"), said),
        "istio_tcp_sent_bytes_total",
        "istio_tcp_received_bytes_total",
        "istio_tcp_connections_opened_total",
        "istio_tcp_connections_closed_total",
      ),
      envoy_server_memory_allocated: gauge(),
      envoy_server_live: gauge(),
      istio_build: gauge("component", "tag"),
    },
  },
  istiod: {
    exporter: "istiod",
    documented: "https://istio.io/latest/docs/reference/commands/pilot-discovery/#metrics",
    scrape: "pods",
    honorLabels: false,
    metrics: {
      pilot_xds: gauge("version"),
      pilot_xds_pushes: counter("type"),
      pilot_total_xds_rejects: counter("type"),
      pilot_total_xds_internal_errors: counter(),
      pilot_proxy_convergence_time: histogram(),
      pilot_k8s_cfg_events: counter("type", "event"),
      galley_validation_failed: counter("group", "version", "resource", "reason"),
      citadel_server_root_cert_expiry_timestamp: gauge(),
      citadel_server_csr_count: counter(),
    },
  },
} as const satisfies Record<string, MetricSource>;
