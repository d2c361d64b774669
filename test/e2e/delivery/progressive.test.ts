/**
 * New versions that come in gradually, with the real controllers: Argo Rollouts and Prometheus beside the simulated
 * cluster, what the components make of a platform, and calls that the test makes up.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { KubeConfig, type KubernetesObject, PatchStrategy, Watch } from "@kubernetes/client-node";
import { type Client, type ClusterAccess, connect } from "../../../automation/cluster/access.ts";
import { requestRestart, waitUntilReady } from "../../../automation/cluster/rollout.ts";
import { statusReport } from "../../../automation/cluster/report.ts";
import { versionLines } from "../../../automation/cluster/tables.ts";
import { listWorkloads, reported, type Workload } from "../../../automation/cluster/workloads.ts";
import { platformState } from "../../../automation/delivery/health.ts";
import { abortion, listRollouts, patchRollout, promotion } from "../../../automation/delivery/rollouts.ts";
import { judge, type Look } from "../../../automation/delivery/validate.ts";
import { readDescription } from "../../../simulation/control-plane/description.ts";
import { rolloutsController } from "../../../simulation/control-plane/launch.ts";
import { clusterFolder } from "../../../simulation/folder.ts";
import { startCluster, stopCluster } from "../../../simulation/index.ts";
import type { ProcessIdentity } from "../../../simulation/process/identity.ts";
import { readState } from "../../../simulation/supervision/state.ts";
import { failing, good, MeshMetrics } from "../support/mesh-metrics.ts";
import { namespace, objectsOf, priorities, shop, type Versions } from "../support/progressive-shop.ts";
import { ResourceMetrics } from "../support/resource-metrics.ts";
import { eventually, spec } from "../support/small-cluster.ts";

interface Weights extends KubernetesObject {
  readonly spec: {
    readonly http: { readonly timeout?: string; readonly route: { readonly weight: number }[] }[];
  };
}

describe("progressive delivery", function () {
  this.timeout(1_800_000); // Each takes less than a minute on a machine with nothing else to do.
  this.slow(60_000);
  this.bail(true);
  const root = mkdtempSync(join(tmpdir(), "quint-progressive-"));
  const mesh = new MeshMetrics(namespace);
  // Of the request of 128Mi 39 and 60 %, where 80 % is the target: four pods are as few as may be.
  const idle = { cpu: "10m", memory: "50Mi" };
  const busy = { cpu: "10m", memory: "77Mi" };
  const metrics = new ResourceMetrics(idle);
  let client: Client;
  let access: ClusterAccess;
  let versions: Versions = { web: "1.0.0", worker: "1.0.0" };

  /** Applies what has changed, as a deployment does: the rest is left as the controllers have made it. */
  let applied = new Map<string, string>();
  async function deploy(change: Partial<Versions> = {}): Promise<void> {
    versions = { ...versions, ...change };
    const objects = await objectsOf(versions);
    for (const object of [...priorities, ...objects]) {
      const key = `${object.kind} ${object.metadata.name}`;
      const text = JSON.stringify(object);
      if (applied.get(key) === text) continue;
      applied = applied.set(key, text);
      const patch = PatchStrategy.ServerSideApply;
      await client.objects.patch(object, undefined, undefined, "quint-test", true, patch);
    }
  }
  async function workload(name: string): Promise<Workload> {
    const found = (await listWorkloads(client, { simulated: true })).find((one) => one.name === name);
    assert.ok(found, name);
    return found;
  }
  async function until(
    name: string,
    what: string,
    holds: (workload: Workload) => boolean,
  ): Promise<Workload> {
    let last: Workload | undefined;
    try {
      return await eventually(`${name} ${what}`, async () => {
        last = await workload(name);
        return holds(last) && last;
      });
    } catch (error) {
      throw new Error(`${String(error)}: ${JSON.stringify(last?.rollout)}`, { cause: error });
    }
  }
  const phase = (name: string, wanted: string, percent?: number): Promise<Workload> =>
    until(
      name,
      `${wanted} ${percent ?? ""}`,
      ({ rollout }) => rollout?.phase === wanted && (percent === undefined || rollout.percent === percent),
    );
  async function decide(name: string, what: "promote" | "abort"): Promise<void> {
    const rollout = (await listRollouts(client, "lab")).find(({ metadata }) => metadata.name === name);
    assert.ok(rollout);
    await patchRollout(client, rollout, what === "abort" ? abortion : promotion(rollout, false));
  }
  /** What a delivery would be told. */
  async function look(): Promise<Look> {
    const scope = { platform: shop(versions), namespaces: [namespace] };
    return judge(await platformState(client, access, scope));
  }
  const virtualService = async (name: string): Promise<Weights> =>
    await client.objects.read<Weights>({
      apiVersion: "networking.istio.io/v1",
      kind: "VirtualService",
      metadata: { name, namespace },
    });
  const weights = async (): Promise<number[]> =>
    (await virtualService("web-weights")).spec.http[0]!.route.map(({ weight }) => weight);
  const allStable = (): Promise<unknown> =>
    eventually("all calls on the stable version", async () => (await weights()).join() === "100,0");
  /** Images behind a Service, by what its selector says of the version. */
  async function behind(service: string): Promise<string[]> {
    const { spec: of } = await client.core.readNamespacedService({ name: service, namespace });
    const labelSelector = Object.entries(of?.selector ?? {})
      .map((pair) => pair.join("="))
      .join();
    const { items } = await client.core.listNamespacedPod({ namespace, labelSelector });
    const tags = items
      .filter(({ metadata }) => metadata?.deletionTimestamp === undefined)
      .map((pod) => pod.spec?.containers[0]?.image?.split(":").at(-1) ?? "");
    return [...new Set(tags)].sort();
  }
  const leadsTo = (service: string, tag: string): Promise<unknown> =>
    eventually(`${service} leads to ${tag}`, async () => (await behind(service)).join() === tag);
  /** Every share that the canary gets while something happens, in order. */
  async function sharesDuring(work: () => Promise<unknown>): Promise<number[]> {
    const config = new KubeConfig();
    config.loadFromFile(clusterFolder(root, spec.stack).kubeconfig);
    const seen: number[] = [];
    const path = `/apis/networking.istio.io/v1/namespaces/${namespace}/virtualservices`;
    const watching = await new Watch(config).watch(
      path,
      { fieldSelector: "metadata.name=web-weights" },
      (_, { spec: { http } }: Weights) => {
        const share = http[0]!.route[1]!.weight;
        if (seen.at(-1) !== share) seen.push(share);
      },
      () => undefined,
    );
    try {
      await work();
    } finally {
      watching.abort();
    }
    return seen;
  }

  before(async function () {
    this.timeout(90 * 60_000); // On a machine that never built the programs.
    const cluster = await startCluster({ ...spec, rollouts: true }, { root });
    access = { kubeconfig: cluster.kubeconfigPath, context: cluster.context, simulated: true };
    client = await connect(access);
    const description = readDescription(clusterFolder(root, spec.stack));
    assert.ok(description);
    await mesh.start(join(root, "prometheus"), description.ports.prometheus);
    await metrics.start(client, clusterFolder(root, spec.stack));
    await deploy();
  });

  after(async () => {
    await metrics.stop();
    await mesh.stop();
    await stopCluster({ root, stack: spec.stack, delete: true });
    rmSync(root, { recursive: true, force: true });
  });

  it("begins with pods, and all calls on them", async () => {
    await phase("web", "Healthy", 0);
    await phase("worker", "Healthy");
    assert.deepEqual(await weights(), [100, 0]);
    for (const service of ["web", "web-canary", "worker", "worker-preview"]) await leadsTo(service, "1.0.0");
    // Until its autoscaler has acted, there is one pod.
    await eventually("all pods", async () => (await look()).is === "in");
  });

  it("restarts pods one after another, with no new version", async () => {
    const before = await client.core.listNamespacedPod({ namespace });
    // Times of pods are in whole seconds: those of this one would not be old.
    await sleep(1000);
    await requestRestart(client, await workload("worker"));
    await waitUntilReady(client, [await workload("worker")], 600, () => undefined);
    const names = new Set(before.items.map(({ metadata }) => metadata?.name));
    await eventually("pods that are all new", async () => {
      const { items } = await client.core.listNamespacedPod({ namespace });
      return items.every(
        ({ metadata }) => !(metadata?.name?.startsWith("worker-") && names.has(metadata.name)),
      );
    });
  });

  it("waits for a person where nobody calls the canary: no calls are no proof", async () => {
    await deploy({ web: "2.0.0" });
    const { rollout } = await phase("web", "Paused", 10);
    assert.match(rollout?.message ?? "", /too few calls/);
    const waits = await look();
    assert.ok(waits.is === "waiting", waits.is);
    assert.match(waits.why, /^lab\/web is paused at 10 %, step 2 of 5: too few calls/);
    assert.deepEqual(await weights(), [90, 10]);
    await leadsTo("web", "1.0.0");
    await leadsTo("web-canary", "2.0.0");
  });

  it("takes a changed time-out in the middle of a canary, whose share survives", async () => {
    await deploy({ timeoutSeconds: 31 });
    const { http } = (await virtualService("lab")).spec;
    assert.ok(http.some(({ timeout }) => timeout === "31s"));
    await sleep(2000);
    assert.deepEqual(await weights(), [90, 10]);
  });

  it("lets a canary in step by step while it answers well, also when the controller dies in the middle", async () => {
    mesh.call("web-canary", good);
    const shares = await sharesDuring(async () => {
      await decide("web", "promote");
      await phase("web", "Progressing", 50);
      const killed = controller();
      process.kill(killed.pid, "SIGKILL");
      await eventually("another controller", () => Promise.resolve(controller().pid !== killed.pid));
      await phase("web", "Healthy");
      await allStable();
    });
    assert.deepEqual(shares, [10, 50, 100, 0]);
    await leadsTo("web", "2.0.0");
  });

  it("is not driven to its maximum by a canary: an autoscaler counts the pods of both versions", async () => {
    await eventually("an autoscaler that sees", async () => (await autoscaler()).current === 39);
    // Without calls it stays where it is put. Errors of a version before would count for minutes: none has made any yet.
    mesh.call("web-canary", undefined);
    await deploy({ web: "4.0.0" });
    await until("web", "is watched at 10 %", ({ rollout }) => rollout?.step === "2 of 5");
    await decide("web", "promote");
    await phase("web", "Progressing", 50);
    const pods = async (): Promise<readonly number[]> => {
      const labelSelector = "app.kubernetes.io/name=web";
      const { items } = await client.core.listNamespacedPod({ namespace, labelSelector });
      const living = items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
      const versions = living.map(({ metadata }) => metadata?.labels?.["rollouts-pod-template-hash"]);
      return [...new Set(versions)].map((each) => versions.filter((version) => version === each).length);
    };
    // Pods that begin while others end count, too, and for five minutes what they once asked for.
    await eventually("half of the pods of each version", async () => (await pods()).join() === "2,2");
    metrics.uses(busy);
    // It looks every 15 s. With the old version whole beside the canary, every look makes it more: 5, 6, 7 and 8.
    const most = { replicas: 0 };
    const end = Date.now() + 35_000;
    while (Date.now() < end) {
      most.replicas = Math.max(most.replicas, (await autoscaler()).desired);
      await sleep(1000);
    }
    assert.ok(most.replicas <= 5, `the autoscaler wants ${most.replicas}`);
    metrics.uses(idle);
    await decide("web", "abort");
    await allStable();
    await deploy({ web: "2.0.0" });
    await phase("web", "Healthy");
  });

  it("takes a canary back that answers with errors, and says why", async () => {
    mesh.call("web-canary", failing);
    await deploy({ web: "3.0.0" });
    const found = await phase("web", "Degraded");
    mesh.call("web-canary", good);
    // Two analyses count the errors, and either may be the first to have seen enough of them.
    assert.match(found.rollout?.message ?? "", /"(success|error)-rate" assessed Failed/);
    assert.equal((await look()).is, "wrong");
    const report = statusReport.shape.workloads.parse([reported(found)]);
    assert.match(
      versionLines({ workloads: report }).join(),
      /^lab\/web is degraded at \d+ %: .*(success|error)-rate/,
    );
    await allStable();
    await leadsTo("web", "2.0.0");
    await deploy({ web: "2.0.0" });
    await phase("web", "Healthy");
  });

  it("refuses a preview that answers with errors, before anyone else calls it", async () => {
    mesh.call("worker-preview", failing);
    await deploy({ worker: "2.0.0" });
    const { rollout } = await phase("worker", "Degraded");
    assert.match(rollout?.message ?? "", /assessed Failed/);
    await leadsTo("worker", "1.0.0");
  });

  it("switches to a preview that answers well, once somebody says so; and back, without a new pod", async () => {
    mesh.call("worker-preview", good);
    mesh.call("worker", good);
    // Longer than what an analysis looks back at: the errors of the version before are not this one's.
    await sleep(10_000);
    await deploy({ worker: "3.0.0" });
    const { rollout } = await phase("worker", "Paused");
    assert.match(rollout?.message ?? "", /waits to be promoted/);
    assert.equal((await look()).is, "waiting");
    await leadsTo("worker", "1.0.0");
    await leadsTo("worker-preview", "3.0.0");
    await decide("worker", "promote");
    await leadsTo("worker", "3.0.0");
    await phase("worker", "Healthy");

    const before = await podNames("1.0.0");
    await deploy({ worker: "1.0.0" });
    await leadsTo("worker", "1.0.0");
    assert.deepEqual(await podNames("1.0.0"), before);
  });

  function controller(): ProcessIdentity {
    const { processes = [] } = readState(clusterFolder(root, spec.stack)) ?? {};
    const identity = processes.find(({ name }) => name === rolloutsController)?.identity;
    assert.ok(identity, "Argo Rollouts' controller runs");
    return identity;
  }
  async function podNames(tag: string): Promise<string[]> {
    const { items } = await client.core.listNamespacedPod({
      namespace,
      labelSelector: "app.kubernetes.io/name=worker",
    });
    return items
      .filter((pod) => pod.spec?.containers[0]?.image?.endsWith(`:${tag}`))
      .map(({ metadata }) => metadata?.name ?? "")
      .sort();
  }
  async function autoscaler(): Promise<{ readonly desired: number; readonly current: number | undefined }> {
    const { status } = await client.autoscaling.readNamespacedHorizontalPodAutoscaler({
      name: "web",
      namespace,
    });
    const current = status?.currentMetrics?.[0]?.containerResource?.current.averageUtilization;
    return { desired: status?.desiredReplicas ?? 0, current };
  }
});
