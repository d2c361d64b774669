/**
 * A real node on this machine: the sample application answers through its Service, Prometheus counts its requests, a
 * killed container comes back, data survives its pod, and after the stop the machine is as it was.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { images } from "../../config/catalog/images.ts";
import { administratorClient } from "../../simulation/api/credentials.ts";
import type { ApiClient, ApiObject } from "../../simulation/api/client.ts";
import { clusterFolder } from "../../simulation/folder.ts";
import { startCluster, stopCluster } from "../../simulation/index.ts";
import {
  capability,
  realNodeName,
  realNodeStatus,
  startRealNode,
  stopRealNode,
} from "../../simulation/node/index.ts";
import { nodePath } from "../../simulation/node/folder.ts";
import { linkOf } from "../../simulation/node/link.ts";
import { isInGroup } from "../../simulation/node/namespace-process.ts";
import { livingSupervisor } from "../../simulation/node/start.ts";
import { seeProcesses } from "../../simulation/process/identity.ts";

const stack = "real";
const namespace = "sample";
const able = capability();

/** What a node could leave on this machine. Other clones' nodes may come and go meanwhile: they do not count. */
function machine(root: string): Record<string, readonly string[]> {
  const ours = linkOf(nodePath(clusterFolder(root, stack).folder)).name;
  const lines = (text: string): string[] => text.trim().split("\n").sort();
  const isOthers = (name: string): boolean => /quint-[0-9a-f]{8}/.test(name) && !name.includes(ours);
  const groups = spawnSync("find", ["/sys/fs/cgroup", "-type", "d", "-path", "*quint-*"], {
    encoding: "utf8",
  });
  return {
    interfaces: readdirSync("/sys/class/net").filter((name) => !isOthers(name)),
    mounts: lines(readFileSync("/proc/self/mounts", "utf8")),
    groups: lines(groups.stdout).filter((name) => !isOthers(name)),
    rules: lines(readFileSync("/proc/self/net/ip_tables_names", "utf8")),
    topFolders: readdirSync("/"),
    forwarding: [readFileSync("/proc/sys/net/ipv4/ip_forward", "utf8")],
    processes: seeProcesses()
      .filter(({ command, pid }) => command.includes(root) || isInGroup(pid, ours))
      .map(({ command }) => command),
  };
}

function workload(
  name: string,
  image: string,
  port: number,
  more: Record<string, unknown> = {},
): ApiObject[] {
  const { volumes, ...container } = more;
  const labels = { app: name };
  return [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            // The simulated nodes' own words: on the real node they do not count.
            nodeSelector: { "workload-type": "compute" },
            terminationGracePeriodSeconds: 2,
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 1000,
              runAsGroup: 1000,
              seccompProfile: { type: "RuntimeDefault" },
            },
            containers: [
              {
                name,
                image,
                ports: [{ name: "http", containerPort: port }],
                securityContext: {
                  allowPrivilegeEscalation: false,
                  readOnlyRootFilesystem: true,
                  capabilities: { drop: ["ALL"] },
                },
                ...container,
              },
            ],
            ...(volumes === undefined ? {} : { volumes }),
          },
        },
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace },
      spec: {
        type: "LoadBalancer",
        selector: labels,
        ports: [{ name: "http", port, targetPort: "http" }],
      },
    },
  ];
}

const scrape = JSON.stringify({
  global: { scrape_interval: "1s" },
  scrape_configs: [
    { job_name: "api", static_configs: [{ targets: [`api.${namespace}.svc.cluster.local:8000`] }] },
  ],
});

const objects: readonly ApiObject[] = [
  {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "data", namespace },
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: "standard",
      resources: { requests: { storage: "1Gi" } },
    },
  },
  {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "scrape", namespace },
    data: { "prometheus.yml": scrape },
  },
  ...workload("api", images.podinfo.reference, 8000, {
    command: ["./podinfo"],
    args: ["--port=8000", "--data-path=/data"],
    readinessProbe: { httpGet: { path: "/readyz", port: "http" }, periodSeconds: 1 },
    volumeMounts: [{ name: "data", mountPath: "/data" }],
    volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
  }),
  ...workload("prometheus", images.prometheus.reference, 9090, {
    args: ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"],
    readinessProbe: { httpGet: { path: "/-/ready", port: "http" }, periodSeconds: 1 },
    volumeMounts: [
      { name: "scrape", mountPath: "/etc/prometheus" },
      { name: "scratch", mountPath: "/prometheus" },
    ],
    volumes: [
      { name: "scrape", configMap: { name: "scrape" } },
      { name: "scratch", emptyDir: {} },
    ],
  }),
  ...workload("simulated", images.grafana.reference, 3000),
];

const paths: Readonly<Record<string, string>> = {
  Deployment: "/apis/apps/v1/namespaces/sample/deployments",
  Service: "/api/v1/namespaces/sample/services",
  ConfigMap: "/api/v1/namespaces/sample/configmaps",
  PersistentVolumeClaim: "/api/v1/namespaces/sample/persistentvolumeclaims",
};

/** Asks until the answer will do, for at most `seconds`: many times what it takes, since a busy machine is no failure. */
async function until<T>(what: string, ask: () => Promise<T | undefined>, seconds = 180): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    await sleep(200);
  }
  throw new Error(`${what}: not within ${seconds} s`, { cause: last });
}

describe("a real node beside the simulated ones", function () {
  this.timeout(900_000); // The first run on a machine builds Prometheus; with a warm cache all of it takes under 90 s.
  let client: ApiClient;
  let root: string;
  let untouched: Record<string, readonly string[]> | undefined;

  const serviceAddress = (name: string): Promise<string> =>
    until(`an address of ${name}`, async () => {
      const service = (await client.list(paths.Service ?? "")).find(({ metadata }) => metadata.name === name);
      const { loadBalancer, ports } = {
        ...(service?.status as { loadBalancer?: { ingress?: { ip: string }[] } }),
        ...(service?.spec as { ports: { port: number }[] }),
      };
      const ip = loadBalancer?.ingress?.[0]?.ip;
      return ip?.startsWith("127.") ? `http://${ip}:${ports[0]!.port}` : undefined;
    });
  /**
   * Asks a Service until a pod answers it. kube-proxy learns a moment after the API server which pods are ready, and
   * resets connections until then; a kept connection would lead to the pod that there was before.
   */
  const ask = (service: string, path: string, init: RequestInit = {}): Promise<Response> =>
    until(`${service} to answer ${path}`, async () => {
      const response = await fetch(`${await serviceAddress(service)}${path}`, {
        ...init,
        headers: { connection: "close" },
        signal: AbortSignal.timeout(10_000),
      });
      return response.ok ? response : undefined;
    });
  /** Name of the node's control groups. */
  const group = (): string => linkOf(nodePath(clusterFolder(root, stack).folder)).name;
  const podsOf = async (app: string): Promise<ApiObject[]> =>
    client.list(`/api/v1/namespaces/${namespace}/pods?labelSelector=app%3D${app}`);
  const query = async (expression: string): Promise<number | undefined> => {
    const response = await ask("prometheus", `/api/v1/query?query=${encodeURIComponent(expression)}`);
    const answer = (await response.json()) as { data: { result: { value: [number, string] }[] } };
    const value = answer.data.result[0]?.value[1];
    return value === undefined ? undefined : Number(value);
  };

  before(async function () {
    if (!able.able) {
      process.stderr.write(`    No real node here: ${able.reason}. ${able.remedy}\n`);
      this.skip();
    }
    root = mkdtempSync(join(tmpdir(), "quint-embedded-"));
    untouched = machine(root);
    await startCluster(
      {
        stack,
        nodePools: [
          {
            name: "compute",
            architecture: "amd64",
            count: 1,
            cpu: 4,
            memoryGiB: 16,
            diskGiB: 50,
            maxPods: 110,
            instanceType: "VM.Standard.E5.Flex",
            zones: ["a"],
            labels: { "workload-type": "compute" },
            taints: [],
          },
        ],
        storageClasses: { readWriteOnce: "standard", readWriteMany: "shared" },
        sidecar: {
          image: images.istioProxy.reference,
          requests: { cpu: "10m", memory: "40Mi" },
          limits: { cpu: "1", memory: "256Mi" },
        },
      },
      { root },
    );
    await startRealNode({ root, stack, choice: "samples" });
    const cluster = clusterFolder(root, stack);
    const { server } = JSON.parse(readFileSync(cluster.description, "utf8")) as { server: string };
    client = administratorClient(cluster, server);
    await client.create("/api/v1/namespaces", JSON.stringify({ metadata: { name: namespace } }));
    await until("the service account", async () =>
      (await client.list(`/api/v1/namespaces/${namespace}/serviceaccounts`)).length > 0 ? true : undefined,
    );
    for (const object of objects)
      await client.apply(`${paths[object.kind] ?? ""}/${object.metadata.name}`, object);
  });

  after(async () => {
    if (untouched === undefined) return; // Skipped.
    client.close();
    await stopRealNode({ root, stack });
    await stopCluster({ root, stack, delete: true });
    rmSync(root, { recursive: true, force: true });
  });

  it("runs what it has images of, and leaves the rest simulated", async () => {
    for (const [app, node] of [
      ["api", realNodeName],
      ["prometheus", realNodeName],
      ["simulated", "compute-1"],
    ] as const) {
      const nodeName = await until(`a pod of ${app}`, async () => {
        const [pod] = await podsOf(app);
        return (pod?.spec as { nodeName?: string } | undefined)?.nodeName;
      });
      assert.equal(nodeName, node);
    }
  });

  it("answers through the Service", async () => {
    const { version } = (await (await ask("api", "/version")).json()) as { version: string };
    assert.equal(version, "6.9.2");
  });

  it("is scraped by Prometheus, whose counter grows with the requests", async () => {
    await until("up == 1", async () => ((await query('up{job="api"}')) === 1 ? true : undefined));
    const counter = 'sum(http_requests_total{job="api"})';
    const count = await until("a counter", () => query(counter));
    for (let request = 0; request < 200; request++) await (await ask("api", "/version")).text();
    await until("200 requests more", async () => ((await query(counter)) ?? 0) >= count + 200 || undefined);
  });

  it("brings a killed container back", async () => {
    const [podinfo] = seeProcesses().filter(
      ({ command, pid }) => command.startsWith("./podinfo") && isInGroup(pid, group()),
    );
    process.kill(podinfo!.pid, "SIGKILL");
    await until("a restart", async () => {
      const [pod] = await podsOf("api");
      const { containerStatuses = [] } = pod?.status as {
        containerStatuses?: { restartCount: number; ready: boolean }[];
      };
      return containerStatuses.some(({ restartCount, ready }) => restartCount === 1 && ready) || undefined;
    });
    await ask("api", "/version");
  });

  it("keeps data on a volume when its pod goes", async () => {
    const stored = await ask("api", "/store", { method: "POST", body: "kept" });
    const { hash } = (await stored.json()) as { hash: string };
    const [pod] = await podsOf("api");
    await client.remove(`/api/v1/namespaces/${namespace}/pods/${pod!.metadata.name}`);
    await until("the pod's end", async () => {
      const there = await podsOf("api");
      return there.some(({ metadata }) => metadata.name === pod!.metadata.name) ? undefined : true;
    });
    assert.equal(await (await ask("api", `/store/${hash}`)).text(), "kept");
  });

  it("is not started twice", async () => {
    const { attached } = await startRealNode({ root, stack, choice: "samples" });
    assert.equal(attached, true);
  });

  it("is killed as a whole with its supervisor, and comes back with a start", async () => {
    const { pid } = livingSupervisor(clusterFolder(root, stack))!;
    process.kill(pid, "SIGKILL");
    await until("the end of every process", () =>
      Promise.resolve(seeProcesses().some((seen) => isInGroup(seen.pid, group())) ? undefined : true),
    );
    assert.equal(realNodeStatus({ root, stack })?.phase, "orphaned");
    const { attached } = await startRealNode({ root, stack, choice: "samples" });
    assert.equal(attached, false);
    await ask("api", "/version");
  });

  it("leaves nothing on the machine when it stops", async () => {
    await stopRealNode({ root, stack });
    assert.equal(realNodeStatus({ root, stack })?.phase, "stopped");
    client.close();
    await stopCluster({ root, stack });
    assert.deepEqual(machine(root), untouched);
  });
});
