/** What Prometheus scrapes, and the mesh's certificates that it does so with (seed 001: "prometheus-config"). */
import type { ConfigSpec } from "../model/index.ts";
import { isDirect, pathPrefix, ports, serviceOf, type CancerStack } from "./topology.ts";

/** Where the mesh's sidecar of Prometheus writes the certificates that scraping meshed pods takes. */
export const meshCertificates = "/etc/mesh-certificates";

/**
 * Under STRICT mutual TLS Prometheus scrapes with the mesh's certificates: its sidecar writes them to a shared volume,
 * and leaves Prometheus' own connections alone (it dials pods, not services).
 */
export const certificatesForScraping = {
  "proxy.istio.io/config": JSON.stringify({ proxyMetadata: { OUTPUT_CERTS: meshCertificates } }),
  "sidecar.istio.io/userVolumeMount": JSON.stringify([
    { name: "mesh-certificates", mountPath: meshCertificates },
  ]),
  "traffic.sidecar.istio.io/includeOutboundIPRanges": "",
};

const mutualTls = [
  "    scheme: https",
  "    tls_config:",
  `      ca_file: ${meshCertificates}/root-cert.pem`,
  `      cert_file: ${meshCertificates}/cert-chain.pem`,
  `      key_file: ${meshCertificates}/key.pem`,
  "      # The mesh's certificates name workloads, not hosts.",
  "      insecure_skip_verify: true",
];

/** Scrapes the API every 10 s (seed: "Scraping: API metrics every 10s"), itself at the default interval. */
export function prometheusConfig(stack: CancerStack): ConfigSpec {
  const lines = [
    "global:",
    "  scrape_interval: 30s",
    "  evaluation_interval: 30s",
    "scrape_configs:",
    "  - job_name: prometheus",
    `    metrics_path: ${pathPrefix(stack, "prometheus")}/metrics`,
    "    static_configs:",
    `      - targets: [localhost:${ports.prometheus.port}]`,
    "  - job_name: cancer-api",
    "    scrape_interval: 10s",
    "    scrape_timeout: 5s",
    ...(isDirect(stack) ? [] : mutualTls),
    "    kubernetes_sd_configs:",
    "      - role: endpointslice",
    `        namespaces: { names: [${stack.cancer.namespace}] }`,
    "    relabel_configs:",
    "      - source_labels: [__meta_kubernetes_service_name]",
    `        regex: ${serviceOf("api")}`,
    "        action: keep",
    "      - source_labels: [__meta_kubernetes_pod_name]",
    "        target_label: pod",
    "      - source_labels: [__meta_kubernetes_namespace]",
    "        target_label: namespace",
  ];
  return { name: "prometheus-config", data: { "prometheus.yml": `${lines.join("\n")}\n` } };
}
