/**
 * A real node on this machine: the sample application answers through its Service, Prometheus counts its requests, a
 * killed container comes back, data survives its pod and the node, and after the stop the machine is as it was.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { images } from "../../config/catalog/images.ts";
import type { ApiObject } from "../../simulation/api/client.ts";
import { stopCluster } from "../../simulation/index.ts";
import { realNodeName, realNodeStatus, startRealNode } from "../../simulation/node/index.ts";
import { nodePath } from "../../simulation/node/folder.ts";
import { linkOf } from "../../simulation/node/link.ts";
import { isInGroup } from "../../simulation/node/namespace-process.ts";
import { livingSupervisor } from "../../simulation/node/start.ts";
import { seeProcesses } from "../../simulation/process/identity.ts";
import { podTemplate, prometheus, RealCluster, until, workload } from "./support/real-cluster.ts";

/** What a node could leave on this machine. Other clones' nodes may come and go meanwhile: they do not count. */
function machine(root: string, group: string): Record<string, readonly string[]> {
  const lines = (text: string): string[] => text.trim().split("\n").sort();
  const isOthers = (name: string): boolean => /quint-[0-9a-f]{8}/.test(name) && !name.includes(group);
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
      .filter(({ command, pid }) => command.includes(root) || isInGroup(pid, group))
      .map(({ command }) => command),
  };
}

const objects: readonly ApiObject[] = [
  {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "data" },
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: "standard",
      resources: { requests: { storage: "1Gi" } },
    },
  },
  ...workload("api", images.podinfo.reference, 8000, {
    command: ["./podinfo"],
    args: ["--port=8000", "--data-path=/data"],
    readinessProbe: { httpGet: { path: "/readyz", port: "http" }, periodSeconds: 1, timeoutSeconds: 10 },
    // More than this machine has, and more than is left of it beside others.
    resources: { requests: { cpu: "100", memory: "1Gi" }, limits: { cpu: "100", memory: "1Gi" } },
    volumeMounts: [{ name: "data", mountPath: "/data" }],
    volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
  }),
  ...prometheus({ api: "api.sample.svc.cluster.local:8000" }),
  ...workload("simulated", images.grafana.reference, 3000),
  agent(),
];

/** One pod on every node, whatever its taints: an agent whose image cannot run here. */
function agent(): ApiObject {
  const template = podTemplate("agent", images.grafana.reference, 3000);
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "agent" },
    spec: {
      selector: { matchLabels: { app: "agent" } },
      template: {
        ...template,
        spec: { ...template.spec, nodeSelector: {}, tolerations: [{ operator: "Exists" }] },
      },
    },
  };
}

describe("a real node beside the simulated ones", function () {
  this.timeout(1_800_000); // With a warm cache all of it takes under 2 min.
  const cluster = new RealCluster("sample", [images.podinfo.reference, images.prometheus.reference]);
  const { root, stack } = cluster;
  /** Name of the node's control groups and of its link. */
  const group = linkOf(nodePath(cluster.folder.folder)).name;
  let untouched: ReturnType<typeof machine>;

  const query = async (expression: string): Promise<number | undefined> => {
    const response = await cluster.ask("prometheus", `/api/v1/query?query=${encodeURIComponent(expression)}`);
    const answer = (await response.json()) as { data: { result: { value: [number, string] }[] } };
    const value = answer.data.result[0]?.value[1];
    return value === undefined ? undefined : Number(value);
  };
  const nodesOf = async (app: string): Promise<(string | undefined)[]> =>
    (await cluster.pods(app)).map(({ spec }) => (spec as { nodeName?: string }).nodeName);
  /** Resolves when a workload has one pod, on that node. */
  const runsOn = (app: string, node: string): Promise<true> =>
    until(`${app} on ${node}`, async () => {
      const nodes = await nodesOf(app);
      return (nodes.length === 1 && nodes[0] === node) || undefined;
    });
  let hash: string;

  before(async function () {
    this.timeout(90 * 60_000); // The first run on a machine builds Prometheus: 4 min on two cores, 15 on busy ones.
    if (!RealCluster.able()) this.skip();
    // Other tests, and other programs of this machine, come and go before.
    untouched = machine(root, group);
    await cluster.start();
    await cluster.deploy(objects);
  });

  after(async () => {
    await cluster.remove();
  });

  it("runs what it has images of, and leaves the rest simulated", async () => {
    for (const app of ["api", "prometheus"]) await runsOn(app, realNodeName);
    for (const app of ["simulated", "agent"]) await runsOn(app, "compute-1");
  });

  it("asks for no more than the machine has; the limits stay", async () => {
    const [pod] = await cluster.pods("api");
    const { containers } = pod?.spec as { containers: { resources: object }[] };
    assert.deepEqual(containers[0]?.resources, {
      requests: { cpu: "15m", memory: "32Mi" },
      limits: { cpu: "100", memory: "1Gi" },
    });
  });

  it("answers through the Service", async () => {
    const { version } = (await (await cluster.ask("api", "/version")).json()) as { version: string };
    assert.equal(version, "6.9.2");
  });

  it("is scraped by Prometheus, whose counter grows with the requests", async () => {
    await until("up == 1", async () => ((await query('up{job="api"}')) === 1 ? true : undefined));
    const counter = 'sum(http_requests_total{job="api"})';
    const count = await until("a counter", () => query(counter));
    for (let request = 0; request < 200; request++) await (await cluster.ask("api", "/version")).text();
    await until("200 requests more", async () => ((await query(counter)) ?? 0) >= count + 200 || undefined);
  });

  it("brings a killed container back", async () => {
    const [podinfo] = seeProcesses().filter(
      ({ command, pid }) => command.startsWith("./podinfo") && isInGroup(pid, group),
    );
    process.kill(podinfo!.pid, "SIGKILL");
    await until("a restart", async () => {
      const [pod] = await cluster.pods("api");
      const { containerStatuses = [] } = pod?.status as {
        containerStatuses?: { restartCount: number; ready: boolean }[];
      };
      return containerStatuses.some(({ restartCount, ready }) => restartCount === 1 && ready) || undefined;
    });
    await cluster.ask("api", "/version");
  });

  it("keeps data on a volume when its pod goes", async () => {
    const stored = await cluster.ask("api", "/store", { method: "POST", body: "kept" });
    ({ hash } = (await stored.json()) as { hash: string });
    const [pod] = await cluster.pods("api");
    const name = pod!.metadata.name;
    await cluster.client.remove(`/api/v1/namespaces/${cluster.namespace}/pods/${name}`);
    await until("the pod's end", async () =>
      (await cluster.pods("api")).some(({ metadata }) => metadata.name === name) ? undefined : true,
    );
    assert.equal(await (await cluster.ask("api", `/store/${hash}`)).text(), "kept");
  });

  it("is not started twice", async () => {
    const { attached } = await startRealNode({
      root,
      stack,
      choice: "all",
      images: cluster.spec.images!,
    });
    assert.equal(attached, true);
  });

  it("is killed as a whole with its supervisor, and comes back with a start", async () => {
    const { pid } = livingSupervisor(cluster.folder)!;
    process.kill(pid, "SIGKILL");
    await until("the end of every process", () =>
      Promise.resolve(seeProcesses().some((seen) => isInGroup(seen.pid, group)) ? undefined : true),
    );
    // The supervisor is a child of this process, and is there until it is reaped.
    await until("a status that knows", () =>
      Promise.resolve(realNodeStatus({ root, stack })?.phase === "orphaned" ? true : undefined),
    );
    await cluster.start();
    assert.equal(realNodeStatus({ root, stack })?.phase, "running");
    await cluster.ask("api", "/version");
  });

  it("has its pods simulated while it is away, and takes them back", async () => {
    await cluster.start({ realNode: undefined });
    assert.equal(realNodeStatus({ root, stack }), undefined);
    await runsOn("prometheus", "compute-1");
    // The simulated node is smaller than what it asks for: it waits.
    await until("a waiting pod", async () => ((await nodesOf("api")).join() === "" ? true : undefined));
    await cluster.start();
    for (const app of ["api", "prometheus"]) await runsOn(app, realNodeName);
    await runsOn("agent", "compute-1");
    assert.equal(await (await cluster.ask("api", `/store/${hash}`)).text(), "kept");
  });

  it("runs the same pods when the cluster was stopped and is started again", async () => {
    const names = async (): Promise<string[]> =>
      (await cluster.pods("api")).map(({ metadata }) => metadata.name);
    const before = await names();
    cluster.disconnect();
    await stopCluster({ root, stack });
    await cluster.start();
    await cluster.ask("api", "/version");
    await runsOn("api", realNodeName);
    assert.deepEqual(await names(), before);
  });

  it("leaves nothing on the machine when the cluster stops", async () => {
    cluster.disconnect();
    await stopCluster({ root, stack });
    assert.equal(realNodeStatus({ root, stack })?.phase, "stopped");
    assert.deepEqual(machine(root, group), untouched);
  });
});
