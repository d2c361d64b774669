/**
 * A platform of no use that uses everything: each option of a workload, each kind of Service, caller, egress, mount,
 * claim and secret. Component tests take it as it is, or change one thing of it.
 */
import * as k8s from "@pulumi/kubernetes";
import { plainInfrastructure } from "../../components/cluster/cloud/facts.ts";
import type { Mirrors } from "../../config/catalog/mirror.ts";
import { PlatformDeployment, type ClusterFacts } from "../../components/index.ts";
import type { Platform, WorkloadSpec } from "../../platforms/model/index.ts";
import { recordProgram, type Recorded } from "./program.ts";

/** The same type, free to be changed. */
export type Mutable<T> = T extends readonly (infer Item)[]
  ? Mutable<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Mutable<T[Key]> }
    : T;

/** A cluster that has everything. */
export const facts: ClusterFacts = {
  ...plainInfrastructure,
  architectures: ["amd64", "arm64"],
  storageClasses: { readWriteOnce: "block", readWriteMany: "files" },
  loadBalancer: true,
  enforcesNetworkPolicy: true,
  controllersRun: true,
  disposable: false,
};

const size = {
  quota: {
    "requests.cpu": "20",
    "limits.cpu": "40",
    "requests.memory": "20Gi",
    "limits.memory": "40Gi",
    "requests.storage": "100Gi",
    persistentvolumeclaims: "10",
    pods: "40",
  },
  limits: {
    containerDefault: { cpu: "300m", memory: "300Mi" },
    containerDefaultRequest: { cpu: "30m", memory: "30Mi" },
    containerMax: { cpu: "3", memory: "3Gi" },
  },
} as const;

const resources = {
  requests: { cpu: "100m", memory: "128Mi" },
  limits: { cpu: "1", memory: "512Mi" },
} as const;

const http = { name: "http", port: 8080 } as const;
const probes = {
  liveness: { path: "/healthz", port: "http" },
  readiness: { path: "/readyz", port: "http" },
} as const;

/** Scales, is reached by everyone, and mounts one of everything. */
const web: WorkloadSpec = {
  name: "web",
  component: "frontend",
  container: {
    image: "registry.example/lab/frontend:1.2.3",
    command: ["/web"],
    args: ["--verbose"],
    env: { MODE: "full", DB_PASSWORD: { secret: "credentials", key: "password" } },
    envFromConfigs: ["settings"],
    ports: [http, { name: "metrics", port: 9090 }],
    probes: {
      startup: {
        path: "/started",
        port: "http",
        initialDelaySeconds: 1,
        periodSeconds: 2,
        failureThreshold: 60,
      },
      liveness: { path: "/healthz", port: "http", periodSeconds: 20, timeoutSeconds: 4, failureThreshold: 5 },
      readiness: { path: "/readyz", port: "http", host: "web.example.com" },
    },
    mounts: [
      { kind: "claim", claim: "shared", path: "/shared", readOnly: true },
      { kind: "config", config: "files", path: "/etc/web" },
      { kind: "secret", secret: "certificates", path: "/etc/certificates" },
      { kind: "scratch", name: "tmp", path: "/tmp", size: "64Mi" },
    ],
  },
  size: {
    replicas: 2,
    resources,
    autoscaling: {
      min: 2,
      max: 8,
      cpuPercent: 60,
      memoryPercent: 75,
      scaleUp: {
        stabilizationWindowSeconds: 10,
        selectPolicy: "Max",
        policies: [
          { type: "Percent", value: 100, periodSeconds: 30 },
          { type: "Pods", value: 3, periodSeconds: 30 },
        ],
      },
      scaleDown: {
        stabilizationWindowSeconds: 300,
        selectPolicy: "Min",
        policies: [{ type: "Pods", value: 1, periodSeconds: 60 }],
      },
    },
  },
  strategy: "rolling",
  identity: {
    name: "web-identity",
    rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] }],
  },
  services: [
    { name: "web", port: 80, targetPort: "http", exposure: { type: "ClusterIP" } },
    { name: "web-public", port: 8000, targetPort: "http", exposure: { type: "LoadBalancer" } },
    { name: "web-node", port: 80, targetPort: "http", exposure: { type: "NodePort", nodePort: 30123 } },
    { name: "web-metrics", port: 9090, targetPort: "metrics", exposure: { type: "ClusterIP" } },
  ],
  callers: [
    { kind: "gateway", port: "http" },
    { kind: "world", port: "http" },
    { kind: "workload", workload: "worker", port: "http" },
    { kind: "monitoring", port: "metrics" },
  ],
  egress: [{ kind: "api-server" }, { kind: "cidr", cidr: "192.0.2.0/24", ports: [443, 5432] }],
  monitor: { port: "metrics", path: "/metrics", intervalSeconds: 15 },
  priorityClass: "high-priority",
  runAs: { user: 2000, group: 3000 },
  architectures: ["amd64", "arm64"],
  nodeSelector: { "workload-type": "compute" },
  spread: "required",
  annotations: { "example.com/note": "kept" },
  terminationGraceSeconds: 45,
};

/** Runs three, fixed; writes what the others read. */
const worker: WorkloadSpec = {
  name: "worker",
  component: "processing",
  container: {
    image: "registry.example/lab/worker:1.0.0",
    ports: [http],
    probes,
    mounts: [{ kind: "claim", claim: "shared", path: "/shared", readOnly: false }],
  },
  size: { replicas: 3, resources },
  strategy: "rolling",
  identity: { name: "worker" },
  services: [],
  callers: [],
  priorityClass: "medium-priority",
  runAs: { user: 2000, group: 3000 },
  architectures: ["amd64", "arm64"],
  spread: "preferred",
};

/** One copy on a volume of its own, in a namespace without the mesh, on one architecture. */
const store: WorkloadSpec = {
  name: "store",
  component: "database",
  container: {
    image: "registry.example/lab/store:2.0.0",
    ports: [{ name: "tcp-store", port: 6000 }, http],
    probes,
    mounts: [{ kind: "claim", claim: "store-data", path: "/data", readOnly: false }],
  },
  size: { replicas: 1, resources },
  strategy: "recreate",
  identity: { name: "store" },
  services: [
    { name: "store", port: 6000, targetPort: "tcp-store", exposure: { type: "ClusterIP", headless: true } },
  ],
  callers: [
    { kind: "workload", workload: "web", namespace: "lab", port: "tcp-store" },
    { kind: "workload", workload: "worker", namespace: "lab", port: "tcp-store" },
  ],
  priorityClass: "critical-priority",
  runAs: { user: 999, group: 999 },
  architectures: ["amd64"],
  spread: "preferred",
};

const everything: Platform = {
  name: "lab",
  description: "Uses every option",
  namespaces: [
    {
      name: "lab",
      labels: { team: "research" },
      podSecurity: "restricted",
      injected: true,
      size,
      access: [
        { group: "lab:people", role: "edit" },
        { group: "lab:auditors", role: "view" },
      ],
    },
    { name: "lab-data", podSecurity: "baseline", injected: false, size, access: [] },
  ],
  applications: [
    {
      name: "store",
      namespace: "lab-data",
      configs: [],
      secrets: [],
      claims: [{ name: "store-data", size: "8Gi", accessMode: "ReadWriteOnce", purpose: "What is kept" }],
      workloads: [store],
      routes: [],
    },
    {
      name: "front",
      namespace: "lab",
      configs: [
        { name: "settings", data: { LEVEL: "info", SWITCH: "on" } },
        { name: "files", data: { "web.yaml": "listen: 8080\n", "other.txt": "other\n" } },
        { name: "unused", data: { NOBODY: "reads it" } },
      ],
      secrets: [
        {
          name: "credentials",
          purpose: "The store's user",
          rotation: 3,
          keys: {
            username: { kind: "plain", value: "web" },
            password: { kind: "password", length: 20 },
            "with-symbols": { kind: "password", length: 40, special: true },
          },
        },
        {
          name: "certificates",
          purpose: "Keys of the front",
          rotation: 7,
          keys: { "cookie.key": { kind: "key", length: 32 } },
        },
      ],
      claims: [{ name: "shared", size: "5Gi", accessMode: "ReadWriteMany", purpose: "Files for all" }],
      workloads: [web, worker],
      routes: [
        {
          name: "lab",
          host: "lab.example.com",
          rules: [
            { prefix: "/", service: "web", port: 80, timeoutSeconds: 30 },
            { prefix: "/api/", rewrite: "/", service: "web", port: 80, timeoutSeconds: 5 },
          ],
        },
      ],
    },
  ],
};

/** The platform, or a copy of it with something changed. */
export function lab(change: (platform: Mutable<Platform>) => void = () => undefined): Platform {
  const platform = structuredClone(everything) as Mutable<Platform>;
  change(platform);
  return platform;
}

/** The platform with something changed about one workload. */
export function labWith(name: string, change: (workload: Mutable<WorkloadSpec>) => void): Platform {
  return lab((platform) => {
    for (const application of platform.applications) {
      application.workloads.filter((workload) => workload.name === name).forEach(change);
    }
  });
}

/** What a program does that deploys a platform, and nothing else. */
export function deploy(platform: Platform, clusterFacts: ClusterFacts = facts, mirrors: Mirrors = {}) {
  return () => {
    const provider = new k8s.Provider("cluster", { kubeconfig: "none" });
    const { namespaces } = new PlatformDeployment(platform.name, {
      cluster: { provider, facts: clusterFacts },
      platform,
      gateway: { minReplicas: 2 },
      mirrors,
    });
    return { namespaces };
  };
}

/** Everything that a platform registers. */
export function recordPlatform(
  platform: Platform,
  clusterFacts: ClusterFacts = facts,
  mirrors: Mirrors = {},
): Promise<Recorded> {
  return recordProgram(deploy(platform, clusterFacts, mirrors));
}
