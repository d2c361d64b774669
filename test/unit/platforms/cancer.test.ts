/**
 * The cancer platform against its seed. Every expected figure is a literal of seed 001 ("Kubernetes Implementation
 * Summary"), whose heading each test names; what differs from the seed on purpose is said where it is tested, and listed
 * in docs/decisions.md.
 */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { cancer } from "../../../platforms/cancer.ts";
import type { Platform, WorkloadSpec } from "../../../platforms/model/index.ts";
import { describePlatforms } from "../../../platforms/index.ts";
import type { CancerSettings, Settings } from "../../../config/index.ts";
import { at, named } from "../../support/objects.ts";
import type { Recorded } from "../../support/program.ts";
import { objectsOf, settingsOf } from "../../support/stacks.ts";
import { recordPlatform } from "../../support/test-platform.ts";

/** The page of a stack with some of the platform's settings changed. Production's figures are the seed's. */
function page(
  changes: Partial<CancerSettings> = {},
  settings: Settings = settingsOf("production"),
): Platform {
  assert.ok(settings.platforms.cancer);
  return cancer(settings, { ...settings.platforms.cancer, ...changes });
}

const application = (platform: Platform) => platform.applications[0]!;

function workload(platform: Platform, name: string): WorkloadSpec {
  const found = application(platform).workloads.find((spec) => spec.name === name);
  assert.ok(found, name);
  return found;
}

function config(platform: Platform, name: string): Readonly<Record<string, string>> {
  const found = application(platform).configs.find((spec) => spec.name === name);
  assert.ok(found, name);
  return found.data;
}

/** The Service that answers outside, and how. */
function outside(spec: WorkloadSpec) {
  return spec.services.filter(({ exposure }) => exposure.type !== "ClusterIP");
}

const direct = { expose: "direct" } as const;
const paths = { routing: "paths" } as const;

describe("cancer, as its page describes it", () => {
  it("is one namespace with four services (seed 001, Components Deployed)", () => {
    const platform = page();
    assert.deepEqual(
      platform.namespaces.map(({ name }) => name),
      ["cancer-mlops"],
    );
    assert.equal(platform.namespaces[0]?.podSecurity, "restricted");
    assert.equal(platform.namespaces[0].injected, true);
    assert.deepEqual(platform.namespaces[0].labels, {
      "app.kubernetes.io/name": "cancer-mlops",
      environment: "production",
    });
    assert.deepEqual(
      platform.applications.map(({ name, namespace }) => ({ name, namespace })),
      [{ name: "cancer-mlops", namespace: "cancer-mlops" }],
    );
    assert.deepEqual(
      application(platform).workloads.map(({ name }) => name),
      ["api", "mlflow", "prometheus", "grafana"],
    );
  });

  it("is deployed where a stack names it, and only there", () => {
    const settings = settingsOf("production");
    assert.deepEqual(
      describePlatforms(settings).map(({ name }) => name),
      ["cancer"],
    );
    assert.deepEqual(describePlatforms({ ...settings, platforms: {} }), []);
  });

  it("follows its namespace wherever it is named", () => {
    const platform = page({ namespace: "oncology" });
    assert.equal(platform.namespaces[0]!.name, "oncology");
    assert.equal(application(platform).namespace, "oncology");
    assert.match(config(platform, "prometheus-config")["prometheus.yml"] ?? "", /names: \[oncology\]/);
    assert.doesNotMatch(JSON.stringify(platform.applications), /"namespace":"cancer-mlops"/);
  });

  const figures = {
    // seed 001, API Service
    api: {
      replicas: 3,
      resources: {
        requests: { cpu: "500m", memory: "512Mi" },
        limits: { cpu: "2000m", memory: "2Gi" },
      },
      port: 8000,
    },
    // seed 001, MLflow Service
    mlflow: {
      replicas: 1,
      resources: {
        requests: { cpu: "250m", memory: "512Mi" },
        limits: { cpu: "1000m", memory: "1Gi" },
      },
      port: 5000,
    },
    // seed 001, Prometheus Service
    prometheus: {
      replicas: 1,
      resources: {
        requests: { cpu: "250m", memory: "512Mi" },
        limits: { cpu: "1000m", memory: "2Gi" },
      },
      port: 9090,
    },
    // seed 001, Grafana Service
    grafana: {
      replicas: 1,
      resources: {
        requests: { cpu: "100m", memory: "256Mi" },
        limits: { cpu: "500m", memory: "512Mi" },
      },
      port: 3000,
    },
  };
  for (const [name, { replicas, resources, port }] of Object.entries(figures)) {
    it(`sizes ${name} as the seed does (seed 001, Components Deployed)`, () => {
      const { size, container } = workload(page(), name);
      assert.equal(size.replicas, replicas);
      assert.deepEqual(size.resources, resources);
      assert.deepEqual(container.ports, [{ name: "http", port }]);
    });

    it(`answers for ${name} on port ${port} inside the cluster (seed 001, Components Deployed)`, () => {
      for (const platform of [page(), page(direct)]) {
        const inside = workload(platform, name).services.filter(
          ({ exposure }) => exposure.type === "ClusterIP",
        );
        assert.deepEqual(inside, [
          { name: `${name}-service`, port, targetPort: "http", exposure: { type: "ClusterIP" } },
        ]);
      }
    });
  }

  it("runs MLflow, Prometheus and Grafana once, and never twice for a moment: each owns a volume", () => {
    for (const name of ["mlflow", "prometheus", "grafana"]) {
      assert.equal(workload(page(), name).strategy, "recreate");
      assert.equal(workload(page(), name).size.autoscaling, undefined);
    }
    assert.equal(workload(page(), "api").strategy, "rolling");
  });

  describe("API Service", () => {
    it("is probed on /health, for life and for traffic (seed 001, API Service: Health Checks)", () => {
      const { liveness, readiness, startup } = workload(page(), "api").container.probes;
      assert.deepEqual([liveness.path, readiness.path, startup?.path], ["/health", "/health", "/health"]);
      assert.deepEqual([liveness.port, readiness.port, startup?.port], ["http", "http", "http"]);
    });

    it("mounts models and data to read, logs to write (seed 001, API Service: Volumes)", () => {
      const mounts = workload(page(), "api").container.mounts?.filter(({ kind }) => kind === "claim");
      assert.deepEqual(mounts, [
        { kind: "claim", claim: "models-pvc", path: "/app/models", readOnly: true },
        { kind: "claim", claim: "data-pvc", path: "/app/data", readOnly: true },
        { kind: "claim", claim: "logs-pvc", path: "/app/logs", readOnly: false },
      ]);
    });

    it("opens a LoadBalancer on port 80 where it is reached directly (seed 001, API Service: Services)", () => {
      assert.deepEqual(outside(workload(page(direct), "api")), [
        { name: "api-loadbalancer", port: 80, targetPort: "http", exposure: { type: "LoadBalancer" } },
      ]);
    });

    it("scales between the seed's three replicas and twice as many (seed 001, API Service: Auto-scaling ready)", () => {
      const { autoscaling } = workload(page(), "api").size;
      assert.equal(autoscaling?.min, 3);
      assert.equal(autoscaling.max, 6);
      assert.equal(autoscaling.cpuPercent, 70);
      assert.equal(autoscaling.memoryPercent, 80);
    });
  });

  describe("node ports", () => {
    const nodePorts = { mlflow: 30500, prometheus: 30900, grafana: 30300 };
    for (const [name, nodePort] of Object.entries(nodePorts)) {
      it(`opens ${nodePort} for ${name} where it is reached directly (seed 001, Components Deployed)`, () => {
        const [service, ...more] = outside(workload(page(direct), name));
        assert.deepEqual(service?.exposure, { type: "NodePort", nodePort });
        assert.deepEqual(more, []);
      });
    }

    it("opens none, and no LoadBalancer, behind the gateway", () => {
      for (const { services } of application(page()).workloads) {
        assert.deepEqual(
          services.map(({ exposure }) => exposure.type),
          ["ClusterIP"],
        );
      }
    });
  });

  describe("MLflow Service", () => {
    it("keeps its backend in SQLite and its artifacts apart, each on a volume (seed 001, MLflow Service)", () => {
      const { container } = workload(page(), "mlflow");
      assert.ok(container.args);
      assert.ok(container.args.includes("--backend-store-uri=sqlite:////mlflow/backend/mlflow.db"));
      assert.ok(container.args.includes("--artifacts-destination=/mlflow/artifacts"));
      assert.deepEqual(
        container.mounts?.filter(({ kind }) => kind === "claim"),
        [
          { kind: "claim", claim: "mlflow-artifacts-pvc", path: "/mlflow/artifacts", readOnly: false },
          { kind: "claim", claim: "mlflow-backend-pvc", path: "/mlflow/backend", readOnly: false },
        ],
      );
    });

    it("answers to the names it is called by, and behind the gateway to no others", () => {
      const allowed = (platform: Platform) =>
        workload(platform, "mlflow").container.env?.MLFLOW_SERVER_ALLOWED_HOSTS;
      assert.equal(allowed(page()), "mlflow-service:5000,mlflow.cancer-mlops.example.com,localhost:*");
      assert.equal(allowed(page(direct)), "*");
    });
  });

  describe("MLflow behind the gateway", () => {
    it("takes what its own pages post: it blocks every origin that it does not know", () => {
      const origins = (platform: Platform) =>
        workload(platform, "mlflow").container.env?.MLFLOW_SERVER_CORS_ALLOWED_ORIGINS;
      assert.equal(origins(page()), "https://mlflow.cancer-mlops.example.com");
      assert.equal(origins(page(paths)), "https://cancer-mlops.example.com");
      assert.equal(origins(page(direct)), "*");
    });

    it("is probed under a name that it answers to, where its health is below a prefix", () => {
      const hosts = (platform: Platform) => {
        const { startup, liveness, readiness } = workload(platform, "mlflow").container.probes;
        return [startup?.host, liveness.host, readiness.host];
      };
      assert.deepEqual(hosts(page(paths)), ["localhost:5000", "localhost:5000", "localhost:5000"]);
      assert.deepEqual(hosts(page()), [undefined, undefined, undefined]);
    });
  });

  describe("Prometheus Service", () => {
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
      const size = workload(page(), "prometheus").container.args?.find((arg) =>
        arg.includes("retention.size"),
      );
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

    it("is the only one with rights", () => {
      const withRules = application(page()).workloads.filter(({ identity }) => identity.rules !== undefined);
      assert.deepEqual(
        withRules.map(({ name }) => name),
        ["prometheus"],
      );
    });
  });

  describe("Grafana Service", () => {
    it("has Prometheus for a datasource from the start (seed 001, Grafana Service: Datasource)", () => {
      const source = (platform: Platform) =>
        (
          parse(config(platform, "grafana-datasources")["datasources.yaml"] ?? "") as {
            datasources: Record<string, unknown>[];
          }
        ).datasources[0];
      assert.equal(source(page())?.type, "prometheus");
      assert.equal(source(page())?.url, "http://prometheus-service:9090");
      assert.equal(source(page())?.isDefault, true);
      assert.equal(source(page(paths))?.url, "http://prometheus-service:9090/prometheus");
      assert.equal(source(page({ ...direct, ...paths }))?.url, "http://prometheus-service:9090");
    });

    it("has a generated password in place of admin/admin (seed 001, Grafana Service: Credentials)", () => {
      const [secret, ...more] = application(page()).secrets;
      assert.deepEqual(more, []);
      assert.equal(secret?.name, "grafana-admin");
      assert.equal(secret.rotation, 1);
      assert.deepEqual(secret.keys, {
        username: { kind: "plain", value: "admin" },
        password: { kind: "password", length: 24 },
      });
      const { env } = workload(page(), "grafana").container;
      assert.deepEqual(env?.GF_SECURITY_ADMIN_USER, { secret: "grafana-admin", key: "username" });
      assert.deepEqual(env.GF_SECURITY_ADMIN_PASSWORD, { secret: "grafana-admin", key: "password" });
      for (const settings of [settingsOf("dev"), settingsOf("staging"), settingsOf("production")]) {
        assert.doesNotMatch(
          JSON.stringify(page({}, settings)),
          /admin\/admin|"password","value"|ADMIN_PASSWORD":"/,
        );
      }
    });

    it("has a dashboard whose every query is about this platform's API", () => {
      const dashboard = JSON.parse(config(page(), "grafana-dashboards")["cancer-api.json"] ?? "") as {
        panels: { targets: { expr: string }[]; datasource: { uid: string } }[];
      };
      assert.equal(dashboard.panels.length, 6);
      for (const { targets, datasource } of dashboard.panels) {
        assert.equal(datasource.uid, "prometheus");
        for (const { expr } of targets) {
          assert.match(expr, /\{job="cancer-api",namespace="cancer-mlops"[,}]/);
        }
      }
    });
  });

  describe("what each container takes to run", () => {
    const container = (name: string, platform = page()) => workload(platform, name).container;
    const scratch = (name: string) =>
      container(name).mounts?.flatMap((mount) =>
        mount.kind === "scratch" ? [[mount.path, mount.size]] : [],
      );
    const configs = (name: string) =>
      container(name).mounts?.flatMap((mount) =>
        mount.kind === "config" ? [[mount.config, mount.path]] : [],
      );

    it("starts MLflow on every address of its pod, with a home that it may write to", () => {
      assert.deepEqual(container("mlflow").command, ["mlflow", "server"]);
      assert.deepEqual(container("mlflow").args, [
        "--host=0.0.0.0",
        "--port=5000",
        "--backend-store-uri=sqlite:////mlflow/backend/mlflow.db",
        "--artifacts-destination=/mlflow/artifacts",
      ]);
      assert.equal(container("mlflow").env?.HOME, "/tmp");
    });

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
      assert.deepEqual(configs("prometheus"), [["prometheus-config", "/etc/prometheus"]]);
    });

    it("starts Grafana with its datasource and dashboards, quiet towards its makers", () => {
      const { env, mounts } = container("grafana", page(direct));
      assert.deepEqual(env, {
        GF_SECURITY_ADMIN_USER: { secret: "grafana-admin", key: "username" },
        GF_SECURITY_ADMIN_PASSWORD: { secret: "grafana-admin", key: "password" },
        GF_LOG_MODE: "console",
        GF_ANALYTICS_REPORTING_ENABLED: "false",
        GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
        GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
      });
      assert.deepEqual(mounts?.[0], {
        kind: "claim",
        claim: "grafana-data-pvc",
        path: "/var/lib/grafana",
        readOnly: false,
      });
      assert.deepEqual(configs("grafana"), [
        ["grafana-datasources", "/etc/grafana/provisioning/datasources"],
        ["grafana-dashboard-provider", "/etc/grafana/provisioning/dashboards"],
        ["grafana-dashboards", "/etc/grafana/dashboards"],
      ]);
    });

    it("has Grafana look for dashboards where they are mounted, with the datasource that is provisioned", () => {
      const provider = parse(config(page(), "grafana-dashboard-provider")["provider.yaml"] ?? "") as unknown;
      assert.deepEqual(provider, {
        apiVersion: 1,
        providers: [
          {
            name: "cancer",
            type: "file",
            allowUiUpdates: false,
            options: { path: "/etc/grafana/dashboards" },
          },
        ],
      });
      assert.deepEqual(parse(config(page(), "grafana-datasources")["datasources.yaml"] ?? ""), {
        apiVersion: 1,
        datasources: [
          {
            name: "Prometheus",
            uid: "prometheus",
            type: "prometheus",
            access: "proxy",
            url: "http://prometheus-service:9090",
            isDefault: true,
            editable: false,
            jsonData: { timeInterval: "10s" },
          },
        ],
      });
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

    it("gives room to write where the root file system has none", () => {
      assert.deepEqual(["api", "mlflow", "prometheus", "grafana"].map(scratch), [
        [["/tmp", "256Mi"]],
        [["/tmp", "512Mi"]],
        [["/etc/mesh-certificates", "1Mi"]],
        [["/tmp", "128Mi"]],
      ]);
    });

    it("gives each time to start: the API 150 s, MLflow and Grafana a minute, Prometheus five to replay its log", () => {
      const seconds = ["api", "mlflow", "prometheus", "grafana"].map((name) => {
        const { startup } = container(name).probes;
        return (startup?.periodSeconds ?? 0) * (startup?.failureThreshold ?? 0);
      });
      assert.deepEqual(seconds, [150, 60, 300, 60]);
      assert.equal(workload(page(), "prometheus").terminationGraceSeconds, 120);
    });

    it("waits 5 s for an answer of those that a busy moment makes slow", () => {
      for (const name of ["api", "mlflow", "grafana"]) {
        const { liveness, readiness } = container(name).probes;
        assert.deepEqual([liveness.timeoutSeconds, readiness.timeoutSeconds], [5, 5], name);
        assert.equal(liveness.periodSeconds, 30);
      }
    });

    it("runs as the user of each image, never as root, on both architectures", () => {
      const users = application(page()).workloads.map(({ name, runAs }) => [name, runAs.user, runAs.group]);
      assert.deepEqual(users, [
        ["api", 1000, 1000],
        ["mlflow", 10001, 10001],
        ["prometheus", 65534, 65534],
        ["grafana", 472, 472],
      ]);
      for (const { architectures } of application(page()).workloads) {
        assert.deepEqual([...architectures].sort(), ["amd64", "arm64"]);
      }
    });

    it("has a part in the platform, and an identity of its own", () => {
      const parts = application(page()).workloads.map(({ component, identity }) => [
        component,
        identity.name,
      ]);
      assert.deepEqual(parts, [
        ["api", "api"],
        ["experiment-tracking", "mlflow"],
        ["monitoring", "prometheus"],
        ["dashboards", "grafana"],
      ]);
    });

    it("is probed where each answers for its health", () => {
      const paths = ["mlflow", "prometheus", "grafana"].map((name) => {
        const { startup, liveness, readiness } = container(name).probes;
        return [startup?.path, liveness.path, readiness.path];
      });
      assert.deepEqual(paths, [
        ["/health", "/health", "/health"],
        ["/-/ready", "/-/healthy", "/-/ready"],
        ["/api/health", "/api/health", "/api/health"],
      ]);
    });

    it("puts what serves before what watches", () => {
      const classes = application(page()).workloads.map(({ priorityClass }) => priorityClass);
      assert.deepEqual(classes, ["high-priority", "medium-priority", "medium-priority", "medium-priority"]);
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

  it("has seven volumes (seed 001, Persistent Storage)", () => {
    const claims = application(page()).claims.map(({ name, size, accessMode, purpose }) => [
      name,
      size,
      accessMode,
      purpose,
    ]);
    assert.deepEqual(claims, [
      ["models-pvc", "5Gi", "ReadWriteMany", "Trained ML models"],
      ["data-pvc", "10Gi", "ReadWriteMany", "Training/test data"],
      ["logs-pvc", "5Gi", "ReadWriteMany", "Application logs"],
      ["mlflow-artifacts-pvc", "20Gi", "ReadWriteOnce", "MLflow artifacts"],
      ["mlflow-backend-pvc", "5Gi", "ReadWriteOnce", "MLflow SQLite DB"],
      ["prometheus-data-pvc", "10Gi", "ReadWriteOnce", "Prometheus TSDB"],
      ["grafana-data-pvc", "2Gi", "ReadWriteOnce", "Grafana dashboards"],
    ]);
  });

  it("has 57Gi of volumes in all (seed 001, Total Storage)", () => {
    const total = application(page()).claims.reduce((sum, { size }) => {
      assert.match(size, /^\d+Gi$/);
      return sum + Number.parseInt(size, 10);
    }, 0);
    assert.equal(total, 57);
  });

  it("uses every volume, and keeps no data elsewhere (seed 001, Persistence: All data on PVCs)", () => {
    const mounted = application(page()).workloads.flatMap(({ container }) =>
      (container.mounts ?? []).flatMap((mount) => (mount.kind === "claim" ? [mount.claim] : [])),
    );
    assert.deepEqual(
      mounted.sort(),
      application(page())
        .claims.map(({ name }) => name)
        .sort(),
    );
  });

  describe("Configuration Management", () => {
    it("has the seed's three ConfigMaps, and two more for Grafana's dashboards (seed 001, ConfigMaps)", () => {
      const names = application(page()).configs.map(({ name }) => name);
      assert.deepEqual(names, [
        "app-config",
        "prometheus-config",
        "grafana-datasources",
        "grafana-dashboard-provider",
        "grafana-dashboards",
      ]);
    });

    it("tells the API its host and port, the model, MLflow, log level and features (seed 001, Environment Variables)", () => {
      assert.deepEqual(config(page(), "app-config"), {
        API_HOST: "0.0.0.0",
        API_PORT: "8000",
        MODEL_NAME: "cancer-classifier",
        MODEL_VERSION: "1",
        MODEL_PATH: "/app/models",
        DATA_PATH: "/app/data",
        LOG_PATH: "/app/logs",
        LOG_LEVEL: "WARNING",
        MLFLOW_TRACKING_URI: "http://mlflow-service:5000",
        ENABLE_METRICS: "true",
        ENABLE_REQUEST_LOGGING: "true",
      });
      assert.deepEqual(workload(page(), "api").container.envFromConfigs, ["app-config"]);
    });

    it("serves the model that the settings name, and logs as much as the environment wants", () => {
      const { MODEL_NAME, MODEL_VERSION } = config(
        page({ model: { name: "tumour", version: "champion" } }),
        "app-config",
      );
      assert.deepEqual([MODEL_NAME, MODEL_VERSION], ["tumour", "champion"]);
      const levels = ["dev", "staging", "production"].map(
        (stack) => config(page({}, settingsOf(stack)), "app-config").LOG_LEVEL,
      );
      assert.deepEqual(levels, ["DEBUG", "INFO", "WARNING"]);
    });
  });

  describe("Ingress (2 strategies)", () => {
    /** Where a request ends, as the mesh finds it: the first prefix that fits, longest first. */
    function destination(platform: Platform, host: string, path: string) {
      const rules = application(platform).routes.find((route) => route.host === host)?.rules ?? [];
      const rule = [...rules]
        .sort((a, b) => b.prefix.length - a.prefix.length)
        .find(({ prefix }) => path.startsWith(prefix));
      return (
        rule && [rule.service, rule.port, (rule.rewrite ?? rule.prefix) + path.slice(rule.prefix.length)]
      );
    }

    it("1: one domain, a path for each (seed 001, Strategy 1: Path-based routing)", () => {
      const platform = page(paths);
      const host = "cancer-mlops.example.com";
      assert.deepEqual(
        application(platform).routes.map((route) => [route.name, route.host]),
        [["cancer-mlops", host]],
      );
      const ends = {
        "/api": ["api-service", 8000, "/"],
        "/api/": ["api-service", 8000, "/"],
        "/api/health": ["api-service", 8000, "/health"],
        "/mlflow": ["mlflow-service", 5000, "/mlflow"],
        "/mlflow/ajax-api": ["mlflow-service", 5000, "/mlflow/ajax-api"],
        "/prometheus": ["prometheus-service", 9090, "/prometheus"],
        "/grafana": ["grafana-service", 3000, "/grafana"],
        "/": undefined,
      };
      for (const [path, end] of Object.entries(ends)) {
        assert.deepEqual(destination(platform, host, path), end, path);
      }
    });

    it("1: the tools know the path they are served under", () => {
      const platform = page(paths);
      assert.ok(workload(platform, "mlflow").container.args?.includes("--static-prefix=/mlflow"));
      assert.equal(workload(platform, "mlflow").container.probes.liveness.path, "/mlflow/health");
      assert.ok(
        workload(platform, "prometheus").container.args?.includes(
          "--web.external-url=https://cancer-mlops.example.com/prometheus",
        ),
      );
      assert.equal(workload(platform, "prometheus").container.probes.readiness.path, "/prometheus/-/ready");
      assert.match(
        config(platform, "prometheus-config")["prometheus.yml"] ?? "",
        /metrics_path: \/prometheus\/metrics/,
      );
      const { env } = workload(platform, "grafana").container;
      assert.equal(env?.GF_SERVER_ROOT_URL, "https://cancer-mlops.example.com/grafana/");
      assert.equal(env.GF_SERVER_SERVE_FROM_SUB_PATH, "true");
    });

    it("2: a subdomain for each (seed 001, Strategy 2: Subdomain routing)", () => {
      const platform = page();
      const ends = {
        "api.cancer-mlops.example.com": ["api-service", 8000, "/x"],
        "mlflow.cancer-mlops.example.com": ["mlflow-service", 5000, "/x"],
        "prometheus.cancer-mlops.example.com": ["prometheus-service", 9090, "/x"],
        "grafana.cancer-mlops.example.com": ["grafana-service", 3000, "/x"],
      };
      assert.deepEqual(
        application(platform).routes.map(({ host }) => host),
        Object.keys(ends),
      );
      for (const [host, end] of Object.entries(ends)) {
        assert.deepEqual(destination(platform, host, "/x"), end);
      }
      assert.equal(workload(platform, "mlflow").container.probes.liveness.path, "/health");
      assert.equal(workload(platform, "prometheus").container.probes.readiness.path, "/-/ready");
      const { env } = workload(platform, "grafana").container;
      assert.equal(env?.GF_SERVER_ROOT_URL, "https://grafana.cancer-mlops.example.com/");
      assert.equal(env.GF_SERVER_SERVE_FROM_SUB_PATH, "false");
      for (const { rules } of application(platform).routes) {
        assert.deepEqual(
          rules.map(({ prefix, rewrite }) => [prefix, rewrite]),
          [["/", undefined]],
        );
      }
    });

    it("gives uploads to MLflow minutes, everything else half of one", () => {
      const timeouts = application(page()).routes.map(({ rules }) => rules[0]?.timeoutSeconds);
      assert.deepEqual(timeouts, [30, 300, 30, 30]);
    });

    it("is not there where it is reached directly", () => {
      assert.deepEqual(application(page(direct)).routes, []);
      assert.deepEqual(application(page({ ...direct, ...paths })).routes, []);
    });
  });

  it("lets each be called by whom the seed connects, and from outside by the gateway alone", () => {
    const callers = (platform: Platform) =>
      Object.fromEntries(
        application(platform).workloads.map((spec) => [
          spec.name,
          spec.callers.map((caller) => (caller.kind === "workload" ? caller.workload : `(${caller.kind})`)),
        ]),
      );
    assert.deepEqual(callers(page()), {
      api: ["prometheus", "(gateway)"],
      mlflow: ["api", "(gateway)"],
      prometheus: ["grafana", "(gateway)"],
      grafana: ["(gateway)"],
    });
    assert.deepEqual(callers(page(direct)), {
      api: ["prometheus", "(world)"],
      mlflow: ["api", "(world)"],
      prometheus: ["grafana", "(world)"],
      grafana: ["(world)"],
    });
  });

  describe("sample images", () => {
    const dev = () => settingsOf("dev");

    it("stand in for the API alone: the tools are what they are", () => {
      const images = application(page({}, dev())).workloads.map(({ name, container }) => [
        name,
        container.image.split("/").at(-1)?.split(":")[0],
      ]);
      assert.deepEqual(images, [
        ["api", "podinfo"],
        ["mlflow", "mlflow"],
        ["prometheus", "prometheus"],
        ["grafana", "grafana"],
      ]);
    });

    it("serve on the API's port, and are probed where they answer", () => {
      const { container } = workload(page({}, dev()), "api");
      assert.deepEqual(container.command, ["./podinfo"]);
      assert.deepEqual(container.args, ["--port=8000", "--level=info"]);
      assert.deepEqual(container.ports, [{ name: "http", port: 8000 }]);
      const { startup, liveness, readiness } = container.probes;
      assert.deepEqual([startup?.path, liveness.path, readiness.path], ["/healthz", "/healthz", "/readyz"]);
      assert.deepEqual([startup?.port, liveness.port, readiness.port], ["http", "http", "http"]);
    });

    it("leave everything else of the API as it is", () => {
      const settings = dev();
      const sampled = workload(page({}, settings), "api");
      const own = workload(page({}, { ...settings, images: { sample: false } }), "api");
      const podinfo = ["image", "command", "args", "probes"];
      const kept = ({ container }: WorkloadSpec) =>
        Object.entries(container).filter(([field]) => !podinfo.includes(field));
      assert.deepEqual(kept(sampled), kept(own));
      assert.deepEqual({ ...sampled, container: {} }, { ...own, container: {} });
    });

    it("give way to an image that is set", () => {
      const image = "registry.example/api:develop";
      const { container } = workload(page({ workloads: { api: { image } } }, dev()), "api");
      assert.equal(container.image, image);
      assert.equal(container.command, undefined);
      assert.equal(container.probes.liveness.path, "/health");
    });
  });

  describe("overrides", () => {
    for (const name of ["api", "mlflow", "prometheus", "grafana"] as const) {
      it(`of the image of ${name} hold for it alone`, () => {
        const image = `registry.example/${name}:9.9.9`;
        const others = settingsOf("production").platforms.cancer?.workloads;
        const before = page();
        const after = page({ workloads: { ...others, [name]: { image } } });
        for (const spec of application(after).workloads) {
          const expected = workload(before, spec.name).container;
          assert.deepEqual(spec.container, spec.name === name ? { ...expected, image } : expected);
        }
      });
    }

    it("of replicas switch the autoscaler off and leave the rest of the size", () => {
      const { size } = workload(page({ workloads: { api: { replicas: 5 } } }), "api");
      assert.deepEqual(size, {
        replicas: 5,
        resources: {
          requests: { cpu: "500m", memory: "512Mi" },
          limits: { cpu: "2000m", memory: "2Gi" },
        },
      });
    });

    it("of replicas may be none at all", () => {
      assert.equal(workload(page({ workloads: { grafana: { replicas: 0 } } }), "grafana").size.replicas, 0);
    });
  });

  describe("environments", () => {
    it("scale the API in production and staging, and keep it fixed in dev", () => {
      const scaling = ["dev", "staging", "production"].map((stack) => {
        const { autoscaling } = workload(page({}, settingsOf(stack)), "api").size;
        return autoscaling && [autoscaling.min, autoscaling.max];
      });
      assert.deepEqual(scaling, [undefined, [2, 4], [3, 6]]);
    });

    it("demand an even spread in production, and prefer it elsewhere", () => {
      const spread = ["dev", "staging", "production"].map(
        (stack) => workload(page({}, settingsOf(stack)), "api").spread,
      );
      assert.deepEqual(spread, ["preferred", "preferred", "required"]);
    });

    it("have the same services, volumes and configs: only sizes and exposure differ", () => {
      const shape = (stack: string) => {
        const { workloads, claims, configs } = application(page({ expose: "gateway" }, settingsOf(stack)));
        return [workloads, claims, configs].map((list) => list.map(({ name }) => name));
      };
      assert.deepEqual(shape("dev"), shape("production"));
      assert.deepEqual(shape("staging"), shape("production"));
    });

    it("let developers change dev and look at the others", () => {
      const access = ["dev", "staging", "production"].map(
        (stack) => page({}, settingsOf(stack)).namespaces[0]?.access,
      );
      const group = "quint:cancer-developers";
      assert.deepEqual(access, [
        [{ group, role: "edit" }],
        [{ group, role: "view" }],
        [{ group, role: "view" }],
      ]);
    });
  });
});

describe("cancer, as it is rendered", () => {
  /** Production's sizes, reached directly: the seed's own shape. */
  let seed: Recorded;

  before(async () => {
    seed = await recordPlatform(page(direct));
  });

  const serviceOf = (name: string) => at(seed.object("Service", name), "spec");

  it("has the seed's Services, and no more (seed 001, Components Deployed)", () => {
    assert.deepEqual(seed.names("Service"), [
      "api-loadbalancer",
      "api-service",
      "grafana-nodeport",
      "grafana-service",
      "mlflow-nodeport",
      "mlflow-service",
      "prometheus-nodeport",
      "prometheus-service",
    ]);
    assert.equal(at(serviceOf("api-loadbalancer"), "type"), "LoadBalancer");
    assert.equal(at(serviceOf("api-loadbalancer"), "ports.0.port"), 80);
    const nodePorts = ["mlflow", "prometheus", "grafana"].map((name) =>
      at(serviceOf(`${name}-nodeport`), "ports.0.nodePort"),
    );
    assert.deepEqual(nodePorts, [30500, 30900, 30300]);
  });

  it("writes models and data read-only twice, in volume and mount, and logs to write (seed 001, API Service)", () => {
    const pod = at(seed.object("Deployment", "api"), "spec.template.spec");
    const readOnly = (name: string) => {
      const find = (list: unknown) => (list as { name: string }[]).find((item) => item.name === name);
      return [
        at(find(at(pod, "volumes")), "persistentVolumeClaim.readOnly"),
        at(find(at(pod, "containers.0.volumeMounts")), "readOnly"),
      ];
    };
    assert.deepEqual(readOnly("models-pvc"), [true, true]);
    assert.deepEqual(readOnly("data-pvc"), [true, true]);
    assert.deepEqual(readOnly("logs-pvc"), [undefined, undefined]);
  });

  it("claims 57Gi: 20Gi shared, 37Gi not (seed 001, Persistent Storage)", () => {
    const claims = seed.rendered().objects.filter(({ kind }) => kind === "PersistentVolumeClaim");
    const sum = (accessMode: string) =>
      claims
        .filter((claim) => at(claim, "spec.accessModes.0") === accessMode)
        .reduce(
          (total, claim) => total + Number.parseInt(String(at(claim, "spec.resources.requests.storage"))),
          0,
        );
    assert.equal(claims.length, 7);
    assert.equal(sum("ReadWriteMany"), 20);
    assert.equal(sum("ReadWriteOnce"), 37);
  });

  it("gives Prometheus a Role and no ClusterRole (seed 001, RBAC)", () => {
    assert.deepEqual(seed.names("Role"), ["prometheus"]);
    assert.deepEqual(seed.names("ClusterRole"), []);
    assert.deepEqual(seed.names("ClusterRoleBinding"), []);
    assert.deepEqual(at(seed.object("RoleBinding", "prometheus"), "subjects"), [
      { kind: "ServiceAccount", name: "prometheus", namespace: "cancer-mlops" },
    ]);
  });

  it("gives Grafana's pods no password, only the name of the Secret that has it", () => {
    const env = at(seed.object("Deployment", "grafana"), "spec.template.spec.containers.0.env") as {
      name: string;
      value?: string;
      valueFrom?: unknown;
    }[];
    const password = env.find(({ name }) => name === "GF_SECURITY_ADMIN_PASSWORD");
    assert.deepEqual(password, {
      name: "GF_SECURITY_ADMIN_PASSWORD",
      valueFrom: { secretKeyRef: { name: "grafana-admin", key: "password" } },
    });
    const generated = seed.registration("RandomPassword").inputs;
    assert.equal(generated.length, 24);
  });

  it("opens the mesh for the four ports that the world calls, and for no others", () => {
    const open = ["api", "mlflow", "prometheus", "grafana"].map((name) =>
      Object.keys(at(seed.object("PeerAuthentication", name), "spec.portLevelMtls") as object),
    );
    assert.deepEqual(open, [["8000"], ["5000"], ["9090"], ["3000"]]);
  });

  it("scales the API's own container between 3 and 6 in production, and has no autoscaler in dev", async () => {
    const production = await objectsOf("production");
    const autoscaler = named(production.objects, "HorizontalPodAutoscaler");
    assert.equal(autoscaler.metadata.name, "api");
    assert.equal(at(autoscaler, "spec.minReplicas"), 3);
    assert.equal(at(autoscaler, "spec.maxReplicas"), 6);
    assert.equal(at(named(production.objects, "Deployment", "api"), "spec.replicas"), undefined);

    const dev = await objectsOf("dev");
    assert.ok(!dev.objects.some(({ kind }) => kind === "HorizontalPodAutoscaler"));
    assert.equal(at(named(dev.objects, "Deployment", "api"), "spec.replicas"), 2);
  });

  it("has a fixed number of replicas and no autoscaler where replicas are overridden", async () => {
    const fixed = await recordPlatform(page({ workloads: { api: { replicas: 4 } } }));
    assert.deepEqual(fixed.names("HorizontalPodAutoscaler"), []);
    assert.equal(at(fixed.object("Deployment", "api"), "spec.replicas"), 4);
  });

  it("keeps its quota above everything that it may ask for: 57Gi and seven claims at the least", async () => {
    const { objects } = await objectsOf("production");
    const hard = at(named(objects, "ResourceQuota"), "spec.hard") as Record<string, string>;
    assert.ok(Number.parseInt(hard["requests.storage"] ?? "") >= 57);
    assert.ok(Number(hard.persistentvolumeclaims) >= 7);
  });

  it("leads each host to its Service through the gateway, in staging and production", async () => {
    for (const [stack, domain] of [
      ["staging", "staging.example.com"],
      ["production", "example.com"],
    ] as const) {
      const { objects } = await objectsOf(stack);
      const hosts = objects
        .filter(({ kind }) => kind === "VirtualService")
        .map((route) => [
          at(route, "spec.hosts.0"),
          at(route, "spec.http.0.route.0.destination.host"),
          at(route, "spec.http.0.route.0.destination.port.number"),
        ]);
      const end = (name: string, port: number) => [
        `${name}.cancer-mlops.${domain}`,
        `${name}-service.cancer-mlops.svc.cluster.local`,
        port,
      ];
      assert.deepEqual(
        hosts.sort((a, b) => String(a[0]).localeCompare(String(b[0]))),
        [end("api", 8000), end("grafana", 3000), end("mlflow", 5000), end("prometheus", 9090)],
      );
    }
  });
});
