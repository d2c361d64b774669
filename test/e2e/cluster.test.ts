/** The simulated cluster as its users meet it: started for real, in a clone of its own under the temporary folder. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type CoreV1Api,
  KubeConfig,
  type KubernetesObject,
  type KubernetesObjectApi,
  V1Eviction,
  V1ObjectMeta,
} from "@kubernetes/client-node";
import { connect } from "../../automation/cluster/access.ts";
import { clusterStatus, type RunningCluster, startCluster, stopCluster } from "../../simulation/index.ts";
import { container, eventually, spec, type Anything } from "./support/small-cluster.ts";
import { nodePool } from "../support/node-pool.ts";
import { processesOfFolder } from "../../simulation/process/leftovers.ts";
import * as k8s from "@pulumi/kubernetes";
import { NamespaceBackups } from "../../components/backup/namespace-backups.ts";
import { backedUp, backups, bucket } from "../support/backed-up-platform.ts";
import { clusters, store } from "../support/data-platform.ts";
import { recordProgram } from "../support/program.ts";
import { facts, lab, recordPlatform } from "../support/test-platform.ts";

/** The kinds that the data services' operators read. */
const customKinds = [
  "Cluster",
  "Database",
  "Kafka",
  "KafkaNodePool",
  "KafkaTopic",
  "KafkaUser",
  "ObjectStore",
  "PodMonitor",
  "RabbitmqCluster",
  "ScheduledBackup",
  "ScheduledSparkApplication",
  "ServiceMonitor",
  "SparkApplication",
];

/** What an answer says of the fields that were sent: the server adds defaults of its own. */
function restrictedTo(sent: unknown, answer: unknown): unknown {
  if (Array.isArray(sent) && Array.isArray(answer))
    return sent.map((item, index) => restrictedTo(item, answer[index]));
  if (typeof sent !== "object" || sent === null || typeof answer !== "object" || answer === null)
    return answer;
  return Object.fromEntries(
    Object.entries(sent).map(([key, inner]) => [key, restrictedTo(inner, Reflect.get(answer, key))]),
  );
}

describe("the simulated cluster", function () {
  this.timeout(900_000);
  const root = mkdtempSync(join(tmpdir(), "quint-cluster-"));
  let cluster: RunningCluster;
  let api: KubernetesObjectApi;
  let core: CoreV1Api;

  const read = async (
    apiVersion: string,
    kind: string,
    name: string,
    namespace = "shop",
  ): Promise<Anything> =>
    await api.read<Anything & KubernetesObject>({ apiVersion, kind, metadata: { name, namespace } });
  const create = (object: Anything): Promise<KubernetesObject> => api.create(object);
  const patch = (object: Anything): Promise<KubernetesObject> => api.patch(object);
  async function refused(object: Anything, why: RegExp): Promise<void> {
    await assert.rejects(create(object), (error: unknown) => why.test(String(error)));
  }
  async function processes(): Promise<Map<string, { pid: number; restarts: number }>> {
    const [status] = await clusterStatus({ root, stack: "e2e" });
    return new Map(
      status!.processes.flatMap(({ name, pid, restarts }) =>
        pid === undefined ? [] : [[name, { pid, restarts }]],
      ),
    );
  }
  /** The supervisor and the five programs: one of them may just be started again. */
  const everyProcess = (): ReturnType<typeof processes> =>
    eventually("six processes", async () => {
      const all = await processes();
      return all.size === 6 && all;
    });
  const deployment = (name: string, replicas: number): Anything => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "shop" },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [container] } },
    },
  });

  before(async function () {
    this.timeout(90 * 60_000); // On a machine that never built the programs; 6 s on one that did.
    cluster = await startCluster(spec, { root });
    const { kubeconfigPath: kubeconfig, context } = cluster;
    ({ objects: api, core } = await connect({ kubeconfig, context, simulated: true }));
    await create({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: "shop",
        labels: { "istio-injection": "enabled", "pod-security.kubernetes.io/enforce": "restricted" },
      },
    });
  });

  after(async () => {
    await stopCluster({ root });
    const left = processesOfFolder(cluster.folder);
    rmSync(root, { recursive: true, force: true });
    assert.deepEqual(left, []);
  });

  it("keeps its kubeconfig to its owner, with a client certificate and no token", () => {
    assert.equal(statSync(cluster.kubeconfigPath).mode & 0o777, 0o600);
    const config = new KubeConfig();
    config.loadFromFile(cluster.kubeconfigPath);
    assert.equal(config.currentContext, "quint-e2e");
    assert.ok(config.getCurrentUser()?.certData);
    assert.equal(config.getCurrentUser()?.token, undefined);
    assert.ok(config.getCurrentCluster()?.caData);
    assert.notEqual(config.getCurrentCluster()?.skipTLSVerify, true);
  });

  it("attaches when it is started a second time, and never runs two supervisors", async () => {
    const before = await processes();
    const [one, two] = await Promise.all([startCluster(spec, { root }), startCluster(spec, { root })]);
    assert.equal(one.attached, true);
    assert.equal(two.attached, true);
    assert.equal(one.server, cluster.server);
    assert.deepEqual(await processes(), before);
  });

  it("has nodes of the pools' shapes, ready", async () => {
    const { items } = await core.listNode();
    assert.deepEqual(
      items.map((node) => node.metadata?.name),
      ["arm-1", "arm-2", "arm-3", "gpu-1"],
    );
    const [first, second] = items;
    assert.equal(first?.metadata?.labels?.["kubernetes.io/arch"], "arm64");
    assert.equal(first.metadata.labels["topology.kubernetes.io/zone"], "ad-1");
    assert.equal(second?.metadata?.labels?.["topology.kubernetes.io/zone"], "ad-2");
    assert.equal(first.metadata.labels["node.kubernetes.io/instance-type"], "VM.Standard.A1.Flex");
    assert.equal(first.status?.capacity?.cpu, "4");
    assert.equal(first.status.nodeInfo?.architecture, "arm64");
    assert.deepEqual(
      items[3]?.spec?.taints?.map(({ key, value, effect }) => `${key}=${value}:${effect}`),
      ["dedicated=gpu:NoSchedule"],
    );
    assert.equal(items[3].metadata?.labels?.["workload-type"], "compute");
  });

  it("follows the spec when it attaches: nodes come, change and go", async () => {
    const wider = {
      ...spec,
      nodePools: [nodePool({ count: 2, cpu: 8 }), nodePool({ name: "extra", count: 1 })],
    };
    await startCluster(wider, { root });
    const names = (await core.listNode()).items.map(
      (node) => `${node.metadata?.name}:${node.status?.capacity?.cpu}`,
    );
    assert.deepEqual(names, ["arm-1:8", "arm-2:8", "extra-1:4"]);
    await startCluster(spec, { root });
    assert.equal((await core.listNode()).items.length, 4);
  });

  it("rolls a Deployment out, with a sidecar in each pod, under restricted pod security", async () => {
    await create(deployment("web", 3));
    await eventually(
      "3 ready replicas",
      async () => (await read("apps/v1", "Deployment", "web")).status?.readyReplicas === 3,
    );
    const { items } = await core.listNamespacedPod({ namespace: "shop", labelSelector: "app=web" });
    assert.equal(items.length, 3);
    for (const pod of items) {
      const [proxy, ...more] = pod.spec?.initContainers?.filter(({ name }) => name === "istio-proxy") ?? [];
      assert.deepEqual(more, []);
      assert.equal(proxy?.restartPolicy, "Always");
      assert.deepEqual(proxy.resources?.requests, spec.sidecar.requests);
      assert.deepEqual(proxy.resources.limits, spec.sidecar.limits);
      assert.equal(pod.status?.initContainerStatuses?.[0]?.ready, true);
      assert.ok(pod.status.conditions?.some(({ type }) => type === "PodScheduled"));
      assert.match(pod.spec?.nodeName ?? "", /^arm-/);
    }
  });

  it("refuses pods that are not restricted where the namespace asks for it", async () => {
    await refused(
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "loose", namespace: "shop" },
        spec: { containers: [{ ...container, securityContext: {} }] },
      },
      /violates PodSecurity/,
    );
  });

  it("injects pods of the namespace, but those that decline and those on the node's own network", async () => {
    const namespace = "agents";
    await create({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: namespace,
        labels: { "istio-injection": "enabled", "pod-security.kubernetes.io/enforce": "privileged" },
      },
    });
    await eventually(
      "its service account",
      async () => (await core.listNamespacedServiceAccount({ namespace })).items.length > 0,
    );
    const [yes, no] = [{ "sidecar.istio.io/inject": "true" }, { "sidecar.istio.io/inject": "false" }];
    const pods: readonly (readonly [name: string, metadata: object, spec: object, injected: boolean])[] = [
      ["plain", {}, {}, true],
      ["on-a-network-of-its-own", {}, { hostNetwork: false }, true],
      ["declines-by-label", { labels: no }, {}, false],
      ["declines-by-annotation", { annotations: no }, {}, false],
      ["label-comes-first", { labels: yes, annotations: no }, {}, true],
      ["on-the-node-s-network", {}, { hostNetwork: true }, false],
    ];
    for (const [name, metadata, pod, injected] of pods) {
      await create({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, namespace, ...metadata },
        spec: { containers: [container], ...pod },
      });
      const { initContainers = [] } = (await read("v1", "Pod", name, namespace)).spec ?? {};
      const names = (initContainers as { name: string }[]).map((one) => one.name);
      assert.deepEqual(names, injected ? ["istio-proxy"] : [], name);
    }
    await core.deleteNamespace({ name: namespace });
  });

  it("takes every object of the mesh and of certificates as it is: nothing refused, nothing pruned", async () => {
    const platform = lab(({ applications }) => {
      const [web] = applications[1]!.workloads;
      const outliers = {
        consecutiveErrors: 5,
        intervalSeconds: 30,
        ejectionSeconds: 60,
        maxEjectionPercent: 50,
      };
      web!.traffic = { loadBalancing: "random", maxConnections: 9, maxPendingRequests: 9, outliers };
      const [route] = applications[1]!.routes;
      route!.access = {
        login: true,
        allowCidrs: ["10.0.0.0/8"],
        maxBody: "10Mi",
        rateLimit: { requestsPerSecond: 9 },
      };
      Object.assign(route!.rules[0]!, { tls: true, retries: { attempts: 3, perTryTimeoutSeconds: 2 } });
      const cors = { origins: ["*"], methods: ["GET"], headers: ["x-lab"], maxAgeSeconds: 60 };
      applications[1]!.routes.push({ ...route!, name: "open", host: "open.example.com", access: { cors } });
    });
    const { objects } = (await recordPlatform(platform)).rendered();
    const ours = objects.filter(({ apiVersion }) => /\b(istio|cert-manager)\.io\//.test(apiVersion));
    assert.deepEqual([...new Set(ours.map(({ kind }) => kind))].sort(), [
      "AuthorizationPolicy",
      "Certificate",
      "DestinationRule",
      "EnvoyFilter",
      "Gateway",
      "PeerAuthentication",
      "VirtualService",
    ]);
    for (const object of ours) {
      const metadata = Object.assign(new V1ObjectMeta(), object.metadata, { namespace: "shop" });
      const stored: KubernetesObject & { spec?: unknown } = await api.create(
        { ...object, metadata },
        undefined,
        "All",
      );
      assert.deepEqual(stored.spec, object.spec, `${object.kind} ${object.metadata.name}`);
    }
  });

  for (const [where, clusterFacts] of Object.entries(clusters)) {
    it(`takes every object of every data service ${where}: nothing refused, nothing pruned`, async () => {
      const { objects } = (await recordPlatform(store(), clusterFacts)).rendered();
      const inNamespace = objects.filter(({ metadata }) => metadata.labels?.["quint.dev/application"]);
      const kinds = new Set(inNamespace.map(({ kind }) => kind));
      for (const kind of customKinds) assert.ok(kinds.has(kind), kind);
      for (const object of inNamespace) {
        const metadata = Object.assign(new V1ObjectMeta(), object.metadata, { namespace: "shop" });
        const stored = await api.create({ ...object, metadata }, undefined, "All");
        // The client has names of its own for some fields of the built-in kinds.
        if (!customKinds.includes(object.kind)) continue;
        const { spec } = stored as { readonly spec?: unknown };
        assert.deepEqual(restrictedTo(object.spec, spec), object.spec, `${object.kind} ${metadata.name}`);
      }
    });
  }

  it("takes what backs a platform up, and a database that begins with a point in time", async () => {
    const platform = backedUp();
    const [orders] = platform.applications.flatMap(({ data = [] }) => data);
    Object.assign(orders!, { recoverFrom: { at: "2026-01-20T10:15:00Z" } });
    const ofPlatform = (await recordPlatform(platform, bucket({ how: "workload-identity" }))).rendered();
    const copies = await recordProgram(() => {
      const provider = new k8s.Provider("cluster", { kubeconfig: "none" });
      const of = { platform, backups, facts: { ...facts, storageClasses: { readWriteOnce: "block" } } };
      new NamespaceBackups("copies", of, { provider });
      return {};
    });
    const kinds = ["Schedule", "CronJob", "ScheduledBackup", "ObjectStore", "Cluster", "KafkaUser"];
    const objects = [...ofPlatform.objects, ...copies.rendered().objects].filter(({ kind }) =>
      kinds.includes(kind),
    );
    assert.deepEqual([...new Set(objects.map(({ kind }) => kind))].sort(), kinds.sort());
    for (const object of objects) {
      const metadata = Object.assign(new V1ObjectMeta(), object.metadata, { namespace: "shop" });
      const stored = await api.create({ ...object, metadata }, undefined, "All");
      if (object.kind === "CronJob") continue;
      const { spec } = stored as { readonly spec?: unknown };
      assert.deepEqual(restrictedTo(object.spec, spec), object.spec, `${object.kind} ${metadata.name}`);
    }
  });

  it("lets a Job complete, sidecar and all", async () => {
    await create({
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: "once", namespace: "shop" },
      spec: { template: { spec: { restartPolicy: "Never", containers: [container] } } },
    });
    await eventually(
      "one success",
      async () => (await read("batch/v1", "Job", "once")).status?.succeeded === 1,
    );
  });

  it("binds claims of both access modes, lets them grow, and removes their volumes", async () => {
    const claim = (name: string, storageClassName: string, mode: string): Anything => ({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name, namespace: "shop" },
      spec: { storageClassName, accessModes: [mode], resources: { requests: { storage: "1Gi" } } },
    });
    await create(claim("one", "block", "ReadWriteOnce"));
    await create(claim("many", "shared", "ReadWriteMany"));
    await create(claim("impossible", "block", "ReadWriteMany"));
    for (const name of ["one", "many"]) {
      await eventually(
        `${name} bound`,
        async () => (await read("v1", "PersistentVolumeClaim", name)).status?.phase === "Bound",
      );
    }
    assert.equal((await read("v1", "PersistentVolumeClaim", "impossible")).status?.phase, "Pending");

    await patch({
      ...claim("one", "block", "ReadWriteOnce"),
      spec: { resources: { requests: { storage: "3Gi" } } },
    });
    await eventually("one grown", async () => {
      const { status } = await read("v1", "PersistentVolumeClaim", "one");
      return (status?.capacity as { storage: string }).storage === "3Gi";
    });

    for (const name of ["one", "many"])
      await core.deleteNamespacedPersistentVolumeClaim({ name, namespace: "shop" });
    await eventually("no volumes", async () => (await core.listPersistentVolume()).items.length === 0);
  });

  it("gives a LoadBalancer Service an address", async () => {
    await create({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "front", namespace: "shop" },
      spec: { type: "LoadBalancer", ports: [{ port: 80 }] },
    });
    const address = await eventually("an address", async () => {
      const { status } = await core.readNamespacedService({ name: "front", namespace: "shop" });
      return status?.loadBalancer?.ingress?.[0]?.ip;
    });
    assert.match(address, /^198\.18\.\d+\.\d+$/);
  });

  it("refuses what a quota does not allow", async () => {
    await create({
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "few", namespace: "shop" },
      spec: { hard: { services: "1" } },
    });
    await eventually("the quota counted", async () => {
      const { status } = await core.readNamespacedResourceQuota({ name: "few", namespace: "shop" });
      return status?.used?.services === "1";
    });
    const second: Anything = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "second", namespace: "shop" },
      spec: { ports: [{ port: 80 }] },
    };
    // Admission learns a moment later than we do that the quota was counted, and refuses for that until then.
    await eventually("a refusal", () =>
      create(second).then(
        () => false,
        (error: unknown) => String(error).includes("exceeded quota"),
      ),
    );
  });

  it("blocks an eviction that a disruption budget does not allow", async () => {
    await create({
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: "web", namespace: "shop" },
      spec: { minAvailable: 3, selector: { matchLabels: { app: "web" } } },
    });
    await eventually(
      "the budget counted",
      async () => (await read("policy/v1", "PodDisruptionBudget", "web")).status?.currentHealthy === 3,
    );
    const { items } = await core.listNamespacedPod({ namespace: "shop", labelSelector: "app=web" });
    const name = items[0]?.metadata?.name ?? "";
    const body = Object.assign(new V1Eviction(), { metadata: Object.assign(new V1ObjectMeta(), { name }) });
    await assert.rejects(
      core.createNamespacedPodEviction({ name, namespace: "shop", body }),
      /disruption budget/,
    );
  });

  it("takes custom resources and refuses wrong ones, as the real definitions do", async () => {
    const custom = (
      apiVersion: string,
      kind: string,
      content: Record<string, unknown>,
      name = "ours",
    ): Anything => ({
      apiVersion,
      kind,
      metadata: { name, namespace: "shop" },
      spec: content,
    });
    const monitor = { selector: { matchLabels: { app: "web" } }, endpoints: [{ port: "http" }] };
    const postgres = { instances: 3, storage: { size: "1Gi" } };
    await create(custom("monitoring.coreos.com/v1", "ServiceMonitor", monitor));
    await create(custom("networking.istio.io/v1", "VirtualService", { hosts: ["web"] }));
    await create(custom("postgresql.cnpg.io/v1", "Cluster", postgres));
    await create(custom("argoproj.io/v1alpha1", "Rollout", { replicas: 1 }));
    await create(
      custom("gateway.networking.k8s.io/v1", "GatewayClass", { controllerName: "example.com/none" }),
    );
    await create(custom("kafka.strimzi.io/v1", "KafkaTopic", { partitions: 3, anything: true }));

    await refused(
      custom("monitoring.coreos.com/v1", "ServiceMonitor", { endpoints: [] }, "wrong"),
      /selector/,
    );
    await refused(
      custom("networking.istio.io/v1", "VirtualService", { http: [{ timeout: "soon" }] }, "wrong"),
      /timeout|duration/i,
    );
    await refused(
      custom("postgresql.cnpg.io/v1", "Cluster", { ...postgres, instances: 0 }, "wrong"),
      /instances/,
    );
  });

  it("brings KWOK and the API server back when they are killed", async () => {
    const before = await everyProcess();
    for (const name of ["kwok", "kube-apiserver"]) process.kill(before.get(name)!.pid, "SIGKILL");
    await eventually("both restarted", async () => {
      const now = await processes();
      // KWOK may die once more by itself when it starts.
      return ["kwok", "kube-apiserver"].every(
        (name) =>
          now.get(name)!.restarts > before.get(name)!.restarts &&
          now.get(name)!.pid !== before.get(name)!.pid,
      );
    });
    await eventually("the API server answering", async () => (await core.listNode()).items.length === 4);
    // It reads before it writes: admission has to see its policies first.
    await eventually("a change", () => patch({ ...deployment("web", 4), spec: { replicas: 4 } }));
    await eventually(
      "a fourth replica",
      async () => (await read("apps/v1", "Deployment", "web")).status?.readyReplicas === 4,
    );
  });

  it("leaves nothing when the supervisor is killed, and comes back with its objects", async () => {
    const before = await everyProcess();
    process.kill(before.get("supervisor")!.pid, "SIGKILL");
    const restarted = await startCluster(spec, { root });
    assert.equal(restarted.attached, false);
    assert.equal(restarted.server, cluster.server);
    const after = await everyProcess();
    for (const [name, { pid }] of after) assert.notEqual(pid, before.get(name)?.pid);
    await eventually("no other process", () =>
      Promise.resolve(processesOfFolder(cluster.folder).length === after.size),
    );
    assert.equal((await read("apps/v1", "Deployment", "web")).spec?.replicas, 4);
    await read("postgresql.cnpg.io/v1", "Cluster", "ours");
  });

  it("stops everything, and says so", async () => {
    await everyProcess();
    const stopped = await stopCluster({ root, stack: "e2e" });
    assert.deepEqual(stopped, [{ stack: "e2e", processes: 6 }]);
    assert.deepEqual(processesOfFolder(cluster.folder), []);
    const [status] = await clusterStatus({ root, stack: "e2e" });
    assert.equal(status?.phase, "stopped");
    assert.deepEqual(await stopCluster({ root }), [{ stack: "e2e", processes: 0 }]);
  });

  it("leaves nothing when its start is interrupted", async () => {
    const index = pathToFileURL(join(import.meta.dirname, "../../simulation/index.ts")).href;
    const program = `import { startCluster } from ${JSON.stringify(index)};
      await startCluster(${JSON.stringify(spec)}, { root: ${JSON.stringify(root)} });`;
    const starter = spawn(process.execPath, ["--input-type=module", "--eval", program], { stdio: "ignore" });
    await eventually("the first process", () =>
      Promise.resolve(processesOfFolder(cluster.folder).length > 2),
    );
    starter.kill("SIGINT");
    await eventually("nothing left", () => Promise.resolve(processesOfFolder(cluster.folder).length === 0));
  });

  it("is wiped when it is asked to", async () => {
    await stopCluster({ root, delete: true });
    assert.equal(existsSync(cluster.folder), false);
  });
});
