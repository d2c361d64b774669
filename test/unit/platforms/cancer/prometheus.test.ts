/** Prometheus (seed 001, "Prometheus Service", "RBAC"). */
import assert from "node:assert/strict";
import { parse } from "yaml";
import type { Platform } from "../../../../platforms/model/index.ts";
import { settingsOf } from "../../../support/stacks.ts";
import { config, configMounts, direct, page, paths, workload } from "./page.ts";

describe("Prometheus of cancer", () => {
  const scraping = (platform: Platform) =>
    parse(config(platform, "prometheus-config")["prometheus.yml"] ?? "") as Record<string, unknown>;
  const job = (platform: Platform, name: string) =>
    (scraping(platform).scrape_configs as Record<string, unknown>[]).find(
      ({ job_name }) => job_name === name,
    );

  it("keeps 30 days (seed 001, Prometheus Service: Retention)", () => {
    const { args } = workload(page(), "prometheus").container;
    assert.ok(args?.includes("--storage.tsdb.retention.time=30d"));
  });

  it("drops old blocks before its 10Gi are full", () => {
    const size = workload(page(), "prometheus").container.args?.find((arg) => arg.includes("retention.size"));
    assert.equal(size, "--storage.tsdb.retention.size=8192MB");
  });

  it("scrapes the API every 10 s (seed 001, Prometheus Service: Scraping)", () => {
    for (const platform of [page(), page(direct), page(paths)]) {
      const api = job(platform, "cancer-api");
      assert.equal(api?.scrape_interval, "10s");
      assert.equal(api.scrape_timeout, "5s");
      assert.deepEqual(api.kubernetes_sd_configs, [
        { role: "endpointslice", namespaces: { names: ["cancer-mlops"] } },
      ]);
      assert.deepEqual((api.relabel_configs as unknown[])[0], {
        source_labels: ["__meta_kubernetes_service_name"],
        regex: "api-service",
        action: "keep",
      });
    }
  });

  it("scrapes with the mesh's certificates where the mesh is STRICT, in the clear where it is open", () => {
    const meshed = job(page(), "cancer-api");
    assert.equal(meshed?.scheme, "https");
    assert.deepEqual(meshed.tls_config, {
      ca_file: "/etc/mesh-certificates/root-cert.pem",
      cert_file: "/etc/mesh-certificates/cert-chain.pem",
      key_file: "/etc/mesh-certificates/key.pem",
      insecure_skip_verify: true,
    });
    const { annotations, container } = workload(page(), "prometheus");
    assert.deepEqual(JSON.parse(annotations?.["proxy.istio.io/config"] ?? ""), {
      proxyMetadata: { OUTPUT_CERTS: "/etc/mesh-certificates" },
    });
    assert.deepEqual(JSON.parse(annotations?.["sidecar.istio.io/userVolumeMount"] ?? ""), [
      { name: "mesh-certificates", mountPath: "/etc/mesh-certificates" },
    ]);
    assert.equal(annotations?.["traffic.sidecar.istio.io/includeOutboundIPRanges"], "");
    // The sidecar writes into the pod's volume of that name, the container reads from it.
    assert.deepEqual(container.mounts?.at(-1), {
      kind: "scratch",
      name: "mesh-certificates",
      path: "/etc/mesh-certificates",
      size: "1Mi",
    });

    assert.equal(job(page(direct), "cancer-api")?.scheme, undefined);
    assert.equal(workload(page(direct), "prometheus").annotations, undefined);
  });

  it("may read its own namespace only (seed 001, RBAC: there a ClusterRole with nodes and ingresses)", () => {
    const { identity, egress } = workload(page(), "prometheus");
    assert.deepEqual(identity, {
      name: "prometheus",
      rules: [
        { apiGroups: [""], resources: ["services", "endpoints", "pods"], verbs: ["get", "list", "watch"] },
        { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["get", "list", "watch"] },
      ],
    });
    assert.deepEqual(egress, [{ kind: "api-server" }]);
  });

  const container = (name: string) => workload(page(), name).container;

  it("starts Prometheus with its configuration and its volume", () => {
    assert.equal(container("prometheus").command, undefined);
    assert.deepEqual(container("prometheus").args, [
      "--config.file=/etc/prometheus/prometheus.yml",
      "--storage.tsdb.path=/prometheus",
      "--storage.tsdb.retention.time=30d",
      "--storage.tsdb.retention.size=8192MB",
      "--web.listen-address=:9090",
    ]);
    assert.deepEqual(
      container("prometheus").mounts?.filter(({ kind }) => kind === "claim"),
      [{ kind: "claim", claim: "prometheus-data-pvc", path: "/prometheus", readOnly: false }],
    );
    assert.deepEqual(configMounts(page(), "prometheus"), [["prometheus-config", "/etc/prometheus"]]);
  });

  it("has Prometheus watch itself, and label the API's metrics by pod and namespace", () => {
    const scraping = parse(config(page(), "prometheus-config")["prometheus.yml"] ?? "") as {
      global: unknown;
      scrape_configs: [Record<string, unknown>, { relabel_configs: unknown[] }];
    };
    assert.deepEqual(scraping.global, { scrape_interval: "30s", evaluation_interval: "30s" });
    const [self, api] = scraping.scrape_configs;
    assert.deepEqual(self, {
      job_name: "prometheus",
      metrics_path: "/metrics",
      static_configs: [{ targets: ["localhost:9090"] }],
    });
    assert.deepEqual(api.relabel_configs.slice(1), [
      { source_labels: ["__meta_kubernetes_pod_name"], target_label: "pod" },
      { source_labels: ["__meta_kubernetes_namespace"], target_label: "namespace" },
    ]);
  });

  it("refuses a volume for Prometheus whose size it cannot take four fifths of", () => {
    const settings = settingsOf("production");
    const sizes = {
      ...settings.sizes.cancer,
      claims: { ...settings.sizes.cancer.claims, prometheusData: "1Ti" },
    };
    assert.throws(() => page({}, { ...settings, sizes: { ...settings.sizes, cancer: sizes } }), {
      message: 'the size of Prometheus\' volume must be in whole Gi, not "1Ti"',
    });
  });
});
