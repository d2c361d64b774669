/**
 * A platform of no use that uses every data service and every option of one, with the workload and the jobs that call
 * them. Component tests take it as it is, or change one thing of it.
 */
import {
  type Caller,
  type DataServiceSpec,
  type JobSpec,
  type Platform,
} from "../../platforms/model/index.ts";
import type { ClusterFacts } from "../../components/index.ts";
import { facts, type Mutable } from "./test-platform.ts";

/** Clusters whose operators run, and those where placeholders stand for what they would make. */
export const clusters = {
  "where controllers run": facts,
  "where placeholders stand for them": {
    ...facts,
    controllersRun: false,
    disposable: true,
  },
} as const satisfies Record<string, ClusterFacts>;

const small = {
  requests: { cpu: "100m", memory: "256Mi" },
  limits: { cpu: "500m", memory: "512Mi" },
} as const;
const medium = { requests: { cpu: "500m", memory: "2Gi" }, limits: { cpu: "1", memory: "2Gi" } } as const;

const by = (workload: string, port: string): Caller => ({ kind: "workload", workload, port });
const service = (name: string, callers: readonly Caller[]) =>
  ({ name, purpose: `What ${name} is for`, callers, priorityClass: "high-priority", rotation: 1 }) as const;
const autoscaling = { min: 2, max: 4, cpuPercent: 70, memoryPercent: 80 } as const;

export const dataServices = [
  {
    ...service("orders", [
      by("app", "postgresql"),
      by("nightly", "postgresql"),
      by("workflows", "postgresql"),
    ]),
    kind: "postgresql",
    version: 17,
    databases: ["orders", "work_flows"],
    size: { replicas: 3, resources: small, storage: "10Gi" },
    parameters: { max_connections: "200" },
    backup: { schedule: "30 2 * * *", retentionDays: 14 },
    archive: { store: "files", bucket: "archive", user: "archivist" },
  },
  {
    ...service("ledger", [by("app", "postgresql")]),
    kind: "postgresql",
    version: 17,
    databases: ["ledger"],
    size: { replicas: 1, resources: small, storage: "5Gi" },
  },
  {
    ...service("cache", [by("app", "valkey"), by("app", "sentinel"), by("workflows", "valkey")]),
    kind: "valkey",
    size: { replicas: 3, resources: small, storage: "2Gi" },
    evictionPolicy: "noeviction",
  },
  {
    ...service("sessions", [by("app", "valkey")]),
    kind: "valkey",
    size: { replicas: 1, resources: small },
    evictionPolicy: "allkeys-lru",
  },
  {
    ...service("events", [by("app", "kafka"), by("stream-driver", "kafka"), by("stream-executor", "kafka")]),
    kind: "kafka",
    size: {
      controllers: { replicas: 3, resources: small, storage: "2Gi" },
      brokers: { replicas: 3, resources: small, storage: "20Gi" },
      replicationFactor: 3,
      minInSyncReplicas: 2,
    },
    topics: [{ name: "orders.Placed_v1", partitions: 6, retentionHours: 24 }],
    users: [
      { name: "producer", produces: ["orders.Placed_v1"], consumes: [] },
      { name: "consumer", produces: [], consumes: [{ topic: "orders.Placed_v1", group: "stream" }] },
    ],
  },
  {
    ...service("telemetry", [by("app", "kafka")]),
    kind: "kafka",
    size: { brokers: { replicas: 1, resources: small }, replicationFactor: 1, minInSyncReplicas: 1 },
    topics: [],
    users: [],
  },
  {
    ...service("files", [by("app", "s3"), by("orders", "s3"), by("train", "s3")]),
    kind: "object-store",
    size: {
      masters: { replicas: 3, resources: small, storage: "1Gi" },
      volumes: { replicas: 2, resources: small, storage: "50Gi" },
      filers: { replicas: 2, resources: small, storage: "5Gi" },
    },
    buckets: [
      { name: "archive", versioned: false },
      { name: "scratch", versioned: false, expireDays: 7 },
      { name: "models", versioned: true, expireDays: 90 },
    ],
    users: [
      { name: "archivist", access: { archive: "write" } },
      { name: "trainer", access: { models: "write", scratch: "read" } },
    ],
  },
  {
    ...service("queue", [by("app", "amqp"), { kind: "gateway", port: "management" }]),
    kind: "rabbitmq",
    size: { replicas: 3, resources: small, storage: "5Gi" },
  },
  {
    ...service("graph", [by("app", "bolt")]),
    kind: "neo4j",
    size: { replicas: 1, resources: medium, storage: "10Gi" },
  },
  {
    ...service("decisions", [by("app", "http")]),
    kind: "opa",
    size: { replicas: 2, resources: small },
    policies: { "access.rego": "package access\n\ndefault allow := false\n", "data.json": "{}\n" },
  },
  {
    ...service("stream", []),
    kind: "spark-application",
    image: "registry.example/lab/stream:1.0.0",
    mainFile: "local:///opt/app/stream.py",
    arguments: ["--topic", "orders.Placed_v1"],
    env: { MODE: "full", KAFKA_PASSWORD: { secret: "consumer", key: "password" } },
    size: {
      driver: { ...small, limits: { cpu: "1", memory: "1Gi" } },
      executor: { ...small, limits: { cpu: "2", memory: "2Gi" } },
      executors: 2,
    },
  },
  {
    ...service("report", [by("app", "metrics")]),
    kind: "spark-application",
    image: "registry.example/lab/report:1.0.0",
    mainFile: "local:///opt/app/report.jar",
    env: {},
    size: {
      driver: { ...small, limits: { cpu: "1", memory: "1Gi" } },
      executor: { ...small, limits: { cpu: "1", memory: "1Gi" } },
      executors: 1,
    },
    schedule: "15 4 * * *",
  },
  {
    ...service("workflows", [{ kind: "gateway", port: "http" }, by("app", "http")]),
    kind: "airflow",
    image: "registry.example/lab/workflows:2.1.0",
    size: {
      apiServer: { replicas: 2, resources: small, autoscaling },
      scheduler: { replicas: 2, resources: small },
      dagProcessor: { replicas: 1, resources: small },
      triggerer: { replicas: 1, resources: small },
      worker: { replicas: 2, resources: small, autoscaling },
      logs: "20Gi",
    },
    database: { service: "orders", database: "work_flows" },
    broker: "cache",
    env: { STAGE: "test", BROKER: { secret: "cache", key: "uri" } },
  },
] as const satisfies readonly DataServiceSpec[];

const train: JobSpec = {
  name: "train",
  component: "training",
  container: {
    image: "registry.example/lab/train:1.0.0",
    command: ["python", "-m", "train"],
    env: { S3_KEY: { secret: "files-trainer", key: "access-key" } },
    envFromConfigs: ["settings"],
    mounts: [{ kind: "scratch", name: "tmp", path: "/tmp", size: "1Gi" }],
  },
  resources: small,
  retries: 2,
  deadlineSeconds: 3600,
  identity: { name: "train", rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }] },
  egress: [{ kind: "cidr", cidr: "192.0.2.0/24", ports: [443] }],
  priorityClass: "low-priority",
  runAs: { user: 2000, group: 3000 },
  architectures: ["amd64"],
  nodeSelector: { "workload-type": "compute" },
};

const everything: Platform = {
  name: "store",
  description: "Uses every data service",
  namespaces: [
    {
      name: "store",
      podSecurity: "restricted",
      injected: true,
      size: {
        quota: {
          "requests.cpu": "60",
          "limits.cpu": "120",
          "requests.memory": "80Gi",
          "limits.memory": "160Gi",
          "requests.storage": "1Ti",
          persistentvolumeclaims: "60",
          pods: "120",
        },
        limits: {
          containerDefault: { cpu: "500m", memory: "512Mi" },
          containerDefaultRequest: { cpu: "50m", memory: "64Mi" },
          containerMax: { cpu: "8", memory: "16Gi" },
        },
      },
      access: [],
    },
  ],
  applications: [
    {
      name: "data",
      namespace: "store",
      configs: [],
      secrets: [],
      claims: [],
      data: dataServices,
      workloads: [],
      routes: [],
    },
    {
      name: "work",
      namespace: "store",
      configs: [{ name: "settings", data: { LEVEL: "info" } }],
      secrets: [],
      claims: [],
      workloads: [
        {
          name: "app",
          component: "api",
          container: {
            image: "registry.example/lab/app:1.0.0",
            ports: [{ name: "http", port: 8080 }],
            probes: {
              liveness: { path: "/healthz", port: "http" },
              readiness: { path: "/readyz", port: "http" },
            },
            env: {
              ORDERS: { secret: "orders-orders", key: "uri" },
              CACHE: { secret: "cache", key: "uri" },
              QUEUE: { secret: "queue", key: "uri" },
              GRAPH_PASSWORD: { secret: "graph", key: "password" },
              KAFKA_PASSWORD: { secret: "producer", key: "password" },
            },
            mounts: [{ kind: "secret", secret: "events-cluster-ca-cert", path: "/etc/kafka" }],
          },
          size: { replicas: 2, resources: small },
          strategy: "rolling",
          identity: { name: "app" },
          services: [],
          callers: [by("train", "http"), by("workflows", "http")],
          priorityClass: "medium-priority",
          runAs: { user: 2000, group: 3000 },
          architectures: ["amd64", "arm64"],
          spread: "required",
        },
      ],
      jobs: [
        train,
        {
          ...train,
          name: "nightly",
          identity: { name: "nightly" },
          schedule: { cron: "5 1 * * *", timeZone: "Europe/Berlin", concurrency: "Replace", suspended: true },
        },
      ],
      routes: [],
    },
  ],
};

/** The platform, or a copy of it with something changed. */
export function store(change: (platform: Mutable<Platform>) => void = () => undefined): Platform {
  const platform = structuredClone(everything) as Mutable<Platform>;
  change(platform);
  return platform;
}

/** The platform with something changed about one data service. */
export function storeWith<Kind extends DataServiceSpec["kind"]>(
  kind: Kind,
  name: string,
  change: (spec: Mutable<Extract<DataServiceSpec, { kind: Kind }>>) => void,
): Platform {
  return store((platform) => {
    for (const spec of platform.applications.flatMap(({ data = [] }) => data)) {
      if (spec.kind === kind && spec.name === name) {
        change(spec as Mutable<Extract<DataServiceSpec, { kind: Kind }>>);
      }
    }
  });
}
