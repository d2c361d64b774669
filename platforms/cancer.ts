/**
 * Cancer MLOps (seed 001): a prediction API, the MLflow that holds its models, and a Prometheus and Grafana of its
 * own, in one namespace. A small, self-contained deployment.
 */
import {
  architectures,
  images,
  type CancerSettings,
  type Settings,
  type WorkloadOverride,
  type WorkloadSize,
} from "../config/index.ts";
import { apiDashboard } from "./dashboards/cancer-api.ts";
import type {
  Caller,
  ClaimSpec,
  ConfigSpec,
  Container,
  Platform,
  Port,
  RouteRule,
  RouteSpec,
  ServiceSpec,
  WorkloadSpec,
} from "./model/index.ts";
import { sampled } from "./sample.ts";

/** Ports of the seed ("Components Deployed"), and the node ports that `expose: direct` opens. */
const ports = {
  api: { name: "http", port: 8000 },
  mlflow: { name: "http", port: 5000 },
  prometheus: { name: "http", port: 9090 },
  grafana: { name: "http", port: 3000 },
} as const satisfies Record<string, Port>;
const nodePorts = { mlflow: 30500, prometheus: 30900, grafana: 30300 } as const;
type Tool = keyof typeof nodePorts;

/** Services of the seed: the API answers as `api-service:8000`, and so on. */
const serviceOf = (workload: keyof typeof ports) => `${workload}-service`;

export function cancer(settings: Settings, cancerSettings: CancerSettings): Platform {
  const { namespace } = cancerSettings;
  const page = new Page(settings, cancerSettings);
  return {
    name: "cancer",
    description: "Cancer MLOps: prediction API with MLflow, Prometheus and Grafana",
    namespaces: [
      {
        name: namespace,
        labels: { "app.kubernetes.io/name": "cancer-mlops", environment: settings.environment },
        podSecurity: "restricted",
        injected: true,
        size: settings.sizes.cancer.namespace,
        access: [
          { group: "quint:cancer-developers", role: settings.environment === "dev" ? "edit" : "view" },
        ],
      },
    ],
    applications: [
      {
        name: "cancer-mlops",
        namespace,
        configs: page.configs(),
        secrets: [
          {
            name: "grafana-admin",
            purpose: "Grafana's administrator",
            rotation: 1,
            keys: {
              username: { kind: "plain", value: "admin" },
              password: { kind: "password", length: 24 },
            },
          },
        ],
        claims: page.claims(),
        workloads: [page.api(), page.mlflow(), page.prometheus(), page.grafana()],
        routes: page.routes(),
      },
    ],
  };
}

/** The seed's sections, each as data for one stack. */
class Page {
  private readonly settings: Settings;
  private readonly cancer: CancerSettings;

  constructor(settings: Settings, cancer: CancerSettings) {
    this.settings = settings;
    this.cancer = cancer;
  }

  /** Prediction API (seed: "API Service"). */
  api(): WorkloadSpec {
    const container: Container = {
      image: this.image("api", images.podinfo.reference),
      envFromConfigs: ["app-config"],
      ports: [ports.api],
      probes: {
        startup: { path: "/health", port: "http", periodSeconds: 5, failureThreshold: 30 },
        liveness: { path: "/health", port: "http", periodSeconds: 30, timeoutSeconds: 5 },
        readiness: { path: "/health", port: "http", periodSeconds: 10, timeoutSeconds: 5 },
      },
      mounts: [
        { kind: "claim", claim: "models-pvc", path: "/app/models", readOnly: true },
        { kind: "claim", claim: "data-pvc", path: "/app/data", readOnly: true },
        { kind: "claim", claim: "logs-pvc", path: "/app/logs", readOnly: false },
        { kind: "scratch", name: "tmp", path: "/tmp", size: "256Mi" },
      ],
    };
    const direct: ServiceSpec[] = [
      { name: "api-loadbalancer", port: 80, targetPort: "http", exposure: { type: "LoadBalancer" } },
    ];
    return {
      ...this.server("api", "api", images.podinfo),
      container: this.isSampled("api") ? sampled(container, ports.api) : container,
      strategy: "rolling",
      services: [this.clusterIp("api"), ...(this.direct ? direct : [])],
      callers: [{ kind: "workload", workload: "prometheus", port: "http" }, this.users()],
      priorityClass: "high-priority",
      runAs: { user: 1000, group: 1000 },
      architectures,
    };
  }

  /** Experiment tracking and model registry on SQLite and a volume (seed: "MLflow Service"). */
  mlflow(): WorkloadSpec {
    const prefix = this.pathPrefix("mlflow");
    return {
      ...this.server("mlflow", "experiment-tracking", images.mlflow),
      container: {
        image: this.image("mlflow", images.mlflow.reference),
        command: ["mlflow", "server"],
        args: [
          "--host=0.0.0.0",
          `--port=${ports.mlflow.port}`,
          "--backend-store-uri=sqlite:////mlflow/backend/mlflow.db",
          "--artifacts-destination=/mlflow/artifacts",
          ...(prefix === "" ? [] : [`--static-prefix=${prefix}`]),
        ],
        env: {
          HOME: "/tmp",
          // MLflow answers 403 to any other Host header; a node port is reached by any address.
          MLFLOW_SERVER_ALLOWED_HOSTS: this.direct
            ? "*"
            : [`${serviceOf("mlflow")}:${ports.mlflow.port}`, this.host("mlflow"), "localhost:*"].join(","),
          // And to what its own pages post, where it does not find their origin here.
          MLFLOW_SERVER_CORS_ALLOWED_ORIGINS: this.direct ? "*" : `https://${this.host("mlflow")}`,
        },
        ports: [ports.mlflow],
        // Only a bare `/health` is free of the check of hosts (mlflow/mlflow#19691).
        probes: this.probes(`${prefix}/health`, 60, prefix === "" ? undefined : "localhost:5000"),
        mounts: [
          { kind: "claim", claim: "mlflow-artifacts-pvc", path: "/mlflow/artifacts", readOnly: false },
          { kind: "claim", claim: "mlflow-backend-pvc", path: "/mlflow/backend", readOnly: false },
          { kind: "scratch", name: "tmp", path: "/tmp", size: "512Mi" },
        ],
      },
      strategy: "recreate",
      services: this.toolServices("mlflow"),
      callers: [{ kind: "workload", workload: "api", port: "http" }, this.users()],
      priorityClass: "medium-priority",
    };
  }

  /** Metrics of this namespace, 30 days of them (seed: "Prometheus Service", "RBAC"). */
  prometheus(): WorkloadSpec {
    const { claims, prometheusRetentionDays } = this.settings.sizes.cancer;
    const prefix = this.pathPrefix("prometheus");
    return {
      ...this.server("prometheus", "monitoring", images.prometheus),
      container: {
        image: this.image("prometheus", images.prometheus.reference),
        args: [
          "--config.file=/etc/prometheus/prometheus.yml",
          "--storage.tsdb.path=/prometheus",
          `--storage.tsdb.retention.time=${prometheusRetentionDays}d`,
          // The oldest blocks go before the volume is full; a fifth is left for the write-ahead log.
          `--storage.tsdb.retention.size=${fourFifths(claims.prometheusData)}`,
          `--web.listen-address=:${ports.prometheus.port}`,
          ...(prefix === "" ? [] : [`--web.external-url=https://${this.host("prometheus")}${prefix}`]),
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
          ...(this.direct
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
      services: this.toolServices("prometheus"),
      callers: [{ kind: "workload", workload: "grafana", port: "http" }, this.users()],
      egress: [{ kind: "api-server" }],
      priorityClass: "medium-priority",
      ...(this.direct ? {} : { annotations: certificatesForScraping }),
      terminationGraceSeconds: 120,
    };
  }

  /** Dashboards (seed: "Grafana Service"). */
  grafana(): WorkloadSpec {
    const prefix = this.pathPrefix("grafana");
    return {
      ...this.server("grafana", "dashboards", images.grafana),
      container: {
        image: this.image("grafana", images.grafana.reference),
        env: {
          GF_SECURITY_ADMIN_USER: { secret: "grafana-admin", key: "username" },
          GF_SECURITY_ADMIN_PASSWORD: { secret: "grafana-admin", key: "password" },
          GF_LOG_MODE: "console",
          GF_ANALYTICS_REPORTING_ENABLED: "false",
          GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
          GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
          ...(this.direct
            ? {}
            : {
                GF_SERVER_ROOT_URL: `https://${this.host("grafana")}${prefix}/`,
                GF_SERVER_SERVE_FROM_SUB_PATH: String(prefix !== ""),
              }),
        },
        ports: [ports.grafana],
        probes: this.probes("/api/health", 60),
        mounts: [
          { kind: "claim", claim: "grafana-data-pvc", path: "/var/lib/grafana", readOnly: false },
          { kind: "config", config: "grafana-datasources", path: "/etc/grafana/provisioning/datasources" },
          {
            kind: "config",
            config: "grafana-dashboard-provider",
            path: "/etc/grafana/provisioning/dashboards",
          },
          { kind: "config", config: "grafana-dashboards", path: "/etc/grafana/dashboards" },
          { kind: "scratch", name: "tmp", path: "/tmp", size: "128Mi" },
        ],
      },
      strategy: "recreate",
      services: this.toolServices("grafana"),
      callers: [this.users()],
      priorityClass: "medium-priority",
    };
  }

  /** The three ConfigMaps of the seed ("Configuration Management"), and Grafana's dashboards. */
  configs(): ConfigSpec[] {
    const { model, namespace } = this.cancer;
    return [
      {
        name: "app-config",
        data: {
          API_HOST: "0.0.0.0",
          API_PORT: String(ports.api.port),
          MODEL_NAME: model.name,
          MODEL_VERSION: model.version,
          MODEL_PATH: "/app/models",
          DATA_PATH: "/app/data",
          LOG_PATH: "/app/logs",
          LOG_LEVEL: { dev: "DEBUG", staging: "INFO", production: "WARNING" }[this.settings.environment],
          MLFLOW_TRACKING_URI: `http://${serviceOf("mlflow")}:${ports.mlflow.port}`,
          ENABLE_METRICS: "true",
          ENABLE_REQUEST_LOGGING: "true",
        },
      },
      {
        name: "prometheus-config",
        data: {
          "prometheus.yml": prometheusConfig({
            namespace,
            prefix: this.pathPrefix("prometheus"),
            mutualTls: !this.direct,
          }),
        },
      },
      {
        name: "grafana-datasources",
        data: {
          "datasources.yaml": lines(
            "apiVersion: 1",
            "datasources:",
            "  - name: Prometheus",
            "    uid: prometheus",
            "    type: prometheus",
            "    access: proxy",
            `    url: http://${serviceOf("prometheus")}:${ports.prometheus.port}${this.pathPrefix("prometheus")}`,
            "    isDefault: true",
            "    editable: false",
            "    jsonData:",
            "      timeInterval: 10s",
          ),
        },
      },
      {
        name: "grafana-dashboard-provider",
        data: {
          "provider.yaml": lines(
            "apiVersion: 1",
            "providers:",
            "  - name: cancer",
            "    type: file",
            "    allowUiUpdates: false",
            "    options:",
            "      path: /etc/grafana/dashboards",
          ),
        },
      },
      {
        name: "grafana-dashboards",
        data: { "cancer-api.json": JSON.stringify(apiDashboard({ namespace }), undefined, 2) },
      },
    ];
  }

  /** The seven volumes (seed: "Persistent Storage (7 PVCs)"). */
  claims(): ClaimSpec[] {
    const size = this.settings.sizes.cancer.claims;
    return [
      { name: "models-pvc", size: size.models, accessMode: "ReadWriteMany", purpose: "Trained ML models" },
      { name: "data-pvc", size: size.data, accessMode: "ReadWriteMany", purpose: "Training/test data" },
      { name: "logs-pvc", size: size.logs, accessMode: "ReadWriteMany", purpose: "Application logs" },
      {
        name: "mlflow-artifacts-pvc",
        size: size.mlflowArtifacts,
        accessMode: "ReadWriteOnce",
        purpose: "MLflow artifacts",
      },
      {
        name: "mlflow-backend-pvc",
        size: size.mlflowBackend,
        accessMode: "ReadWriteOnce",
        purpose: "MLflow SQLite DB",
      },
      {
        name: "prometheus-data-pvc",
        size: size.prometheusData,
        accessMode: "ReadWriteOnce",
        purpose: "Prometheus TSDB",
      },
      {
        name: "grafana-data-pvc",
        size: size.grafanaData,
        accessMode: "ReadWriteOnce",
        purpose: "Grafana dashboards",
      },
    ];
  }

  /** The seed's two ingress strategies: one host with paths, or a host for each. Behind the gateway only. */
  routes(): RouteSpec[] {
    if (this.direct) {
      return [];
    }
    const rule = (workload: keyof typeof ports, prefix: string, rewrite?: string): RouteRule => ({
      prefix,
      ...(rewrite === undefined ? {} : { rewrite }),
      service: serviceOf(workload),
      port: ports[workload].port,
      // Uploading a model through MLflow takes minutes; a prediction that takes half of one has failed.
      timeoutSeconds: workload === "mlflow" ? 300 : 30,
    });
    if (this.cancer.routing === "paths") {
      return [
        {
          name: "cancer-mlops",
          host: this.host("api"),
          rules: [
            // The tools know their prefix themselves; the API does not. Rewritten with its slash, else `//` is left.
            rule("api", "/api/", "/"),
            rule("api", "/api", "/"),
            rule("mlflow", "/mlflow"),
            rule("prometheus", "/prometheus"),
            rule("grafana", "/grafana"),
          ],
        },
      ];
    }
    return (["api", "mlflow", "prometheus", "grafana"] as const).map((workload) => ({
      name: `cancer-${workload}`,
      host: this.host(workload),
      rules: [rule(workload, "/")],
    }));
  }

  private get direct(): boolean {
    return this.cancer.expose === "direct";
  }

  private host(workload: keyof typeof ports): string {
    const base = `cancer-mlops.${this.settings.domain}`;
    return this.cancer.routing === "paths" ? base : `${workload}.${base}`;
  }

  /** Path under which a tool serves when all share one host; empty otherwise. */
  private pathPrefix(tool: Tool): string {
    return !this.direct && this.cancer.routing === "paths" ? `/${tool}` : "";
  }

  /** Those who reach the workload from outside: everyone, or the ingress gateway alone. */
  private users(): Caller {
    return { kind: this.direct ? "world" : "gateway", port: "http" };
  }

  private override(workload: keyof typeof ports): WorkloadOverride {
    return this.cancer.workloads[workload] ?? {};
  }

  private isSampled(workload: keyof typeof ports): boolean {
    return this.settings.images.sample && this.override(workload).image === undefined;
  }

  private image(workload: keyof typeof ports, pinned: string): string {
    return this.override(workload).image ?? pinned;
  }

  /** What the four servers have in common. */
  private server(
    workload: keyof typeof ports,
    component: string,
    image: (typeof images)[keyof typeof images],
  ) {
    return {
      name: workload,
      component,
      size: this.size(workload),
      identity: { name: workload },
      runAs: image.runAs,
      architectures: image.architectures,
      spread: this.settings.environment === "production" ? "required" : "preferred",
    } as const;
  }

  private size(workload: keyof typeof ports): WorkloadSize {
    const size = this.settings.sizes.cancer[workload];
    const { replicas } = this.override(workload);
    return replicas === undefined ? size : { replicas, resources: size.resources };
  }

  private clusterIp(workload: keyof typeof ports): ServiceSpec {
    return {
      name: serviceOf(workload),
      port: ports[workload].port,
      targetPort: "http",
      exposure: { type: "ClusterIP" },
    };
  }

  private toolServices(tool: Tool): ServiceSpec[] {
    const nodePort: ServiceSpec = {
      name: `${tool}-nodeport`,
      port: ports[tool].port,
      targetPort: "http",
      exposure: { type: "NodePort", nodePort: nodePorts[tool] },
    };
    return [this.clusterIp(tool), ...(this.direct ? [nodePort] : [])];
  }

  private probes(path: string, startupSeconds: number, host?: string): Container["probes"] {
    const probe = { path, port: "http", ...(host === undefined ? {} : { host }) };
    return {
      startup: { ...probe, periodSeconds: 5, failureThreshold: startupSeconds / 5 },
      liveness: { ...probe, periodSeconds: 30, timeoutSeconds: 5 },
      readiness: { ...probe, timeoutSeconds: 5 },
    };
  }
}

/** Where the mesh's sidecar of Prometheus writes the certificates that scraping meshed pods takes. */
const meshCertificates = "/etc/mesh-certificates";

/**
 * Under STRICT mutual TLS Prometheus scrapes with the mesh's certificates: its sidecar writes them to a shared volume,
 * and leaves Prometheus' own connections alone (it dials pods, not services).
 */
const certificatesForScraping = {
  "proxy.istio.io/config": JSON.stringify({ proxyMetadata: { OUTPUT_CERTS: meshCertificates } }),
  "sidecar.istio.io/userVolumeMount": JSON.stringify([
    { name: "mesh-certificates", mountPath: meshCertificates },
  ]),
  "traffic.sidecar.istio.io/includeOutboundIPRanges": "",
};

/** Scrapes the API every 10 s (seed: "Scraping: API metrics every 10s"), the tools at the default interval. */
function prometheusConfig(args: { namespace: string; prefix: string; mutualTls: boolean }): string {
  const tls = args.mutualTls
    ? [
        "    scheme: https",
        "    tls_config:",
        `      ca_file: ${meshCertificates}/root-cert.pem`,
        `      cert_file: ${meshCertificates}/cert-chain.pem`,
        `      key_file: ${meshCertificates}/key.pem`,
        "      # The mesh's certificates name workloads, not hosts.",
        "      insecure_skip_verify: true",
      ]
    : [];
  return lines(
    "global:",
    "  scrape_interval: 30s",
    "  evaluation_interval: 30s",
    "scrape_configs:",
    "  - job_name: prometheus",
    `    metrics_path: ${args.prefix}/metrics`,
    "    static_configs:",
    `      - targets: [localhost:${ports.prometheus.port}]`,
    "  - job_name: cancer-api",
    "    scrape_interval: 10s",
    "    scrape_timeout: 5s",
    ...tls,
    "    kubernetes_sd_configs:",
    "      - role: endpointslice",
    `        namespaces: { names: [${args.namespace}] }`,
    "    relabel_configs:",
    "      - source_labels: [__meta_kubernetes_service_name]",
    `        regex: ${serviceOf("api")}`,
    "        action: keep",
    "      - source_labels: [__meta_kubernetes_pod_name]",
    "        target_label: pod",
    "      - source_labels: [__meta_kubernetes_namespace]",
    "        target_label: namespace",
  );
}

/** Four fifths of a volume's size, in whole megabytes as Prometheus takes it. */
function fourFifths(size: string): string {
  const match = /^(\d+)Gi$/.exec(size);
  if (match?.[1] === undefined) {
    throw new Error(`the size of Prometheus' volume must be in whole Gi, not "${size}"`);
  }
  return `${Math.floor(Number(match[1]) * 1024 * 0.8)}MB`;
}

function lines(...text: string[]): string {
  return `${text.join("\n")}\n`;
}
