/**
 * Production, delivered by Argo CD's own controllers: rendered, committed to a scratch repository, synced. A second
 * render and `up` change nothing, nor does Argo CD see a difference once an autoscaler or Argo Rollouts has acted.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesObject } from "@kubernetes/client-node";
import { accessTo, connect, type Client } from "../../../automation/cluster/access.ts";
import { listRollouts } from "../../../automation/delivery/rollouts.ts";
import { openStack } from "../../../config/index.ts";
import { readDescription } from "../../../simulation/control-plane/description.ts";
import { clusterFolder } from "../../../simulation/folder.ts";
import { startArgoCd, type ArgoCd } from "../support/argo-cd.ts";
import { makeClone, ownGit, type Clone } from "../support/clone.ts";
import { PrometheusStub } from "../support/prometheus-stub.ts";
import { eventually } from "../support/small-cluster.ts";

const here = ["production", "--cluster", "simulated", "--delivery", "gitops"] as const;
const group = { group: "argoproj.io", version: "v1alpha1", namespace: "argocd" };

/** Its new versions are canaries. */
const gateway = { name: "clinical-gateway", namespace: "clinical-mlops-production" };

interface VirtualService extends KubernetesObject {
  readonly spec: {
    readonly http: { readonly timeout?: string; readonly route: { readonly weight: number }[] }[];
  };
}

interface Application {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly project: string; readonly syncPolicy: { readonly automated?: object } };
  readonly operation?: object;
  readonly status?: {
    readonly sync?: { readonly status: string; readonly revision?: string };
    readonly health?: { readonly status: string };
    readonly operationState?: { readonly phase: string; readonly message?: string };
    readonly conditions?: readonly { readonly type: string; readonly message: string }[];
  };
}

describe("production by GitOps", function () {
  this.timeout(3_600_000);
  this.slow(120_000);
  this.bail(true);
  let clone: Clone;
  let api: Client;
  let argoCd: ArgoCd | undefined;
  const prometheus = new PrometheusStub(gateway.namespace, gateway.name);

  /** What Argo CD syncs from: the rendered files, and nothing else of the project. */
  let repository: string;

  before(() => {
    repository = mkdtempSync(join(tmpdir(), "quint-repository-"));
    git(repository, "init", "--quiet", "--initial-branch=main");
    clone = makeClone((root) => {
      const file = join(root, "Pulumi.production.yaml");
      const text = readFileSync(file, "utf8");
      writeFileSync(file, text.replace(/repository: https:\S+/, `repository: file://${repository}`));
    });
  });
  after(async () => {
    await argoCd?.stop();
    prometheus.stop();
    await clone.remove();
    rmSync(repository, { recursive: true, force: true });
  });

  async function quint(...args: readonly string[]) {
    const finished = await clone.quint(...args);
    assert.equal(finished.code, 0, `quint ${args.join(" ")}\n${finished.text}`);
    return finished;
  }
  function git(root: string, ...args: readonly string[]): string {
    return execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.com", ...args], {
      cwd: root,
      encoding: "utf8",
      env: ownGit,
    }).trim();
  }
  /** Commits what is rendered: where `quint diff` looks, and where Argo CD does. */
  function commit(message: string): string {
    rmSync(join(repository, "deploy"), { recursive: true, force: true });
    cpSync(join(clone.root, "deploy"), join(repository, "deploy"), { recursive: true });
    for (const root of [clone.root, repository]) {
      git(root, "add", "--all", "deploy");
      git(root, "commit", "--quiet", "--allow-empty", "--message", message);
    }
    return git(repository, "rev-parse", "HEAD");
  }
  async function list(plural: string): Promise<readonly Application[]> {
    const { items } = (await api.custom.listNamespacedCustomObject({ ...group, plural })) as {
      readonly items: readonly Application[];
    };
    return items;
  }
  /** Starts a sync by hand, as whoever may does outside of the windows. */
  async function sync(name: string): Promise<void> {
    await api.custom.patchNamespacedCustomObject({
      ...group,
      plural: "applications",
      name,
      body: [
        {
          op: "add",
          path: "/operation",
          value: {
            initiatedBy: { username: "test" },
            sync: { syncOptions: ["ServerSideApply=true", "ApplyOutOfSyncOnly=true"] },
            retry: { limit: 3, backoff: { duration: "2s", factor: 2, maxDuration: "10s" } },
          },
        },
      ],
    });
  }
  /** Production is synced by hand, and at this hour perhaps out of its windows. */
  async function allSyncedByHand(revision: string): Promise<void> {
    await allSynced(revision, async (waiting) => {
      for (const one of waiting) if (isToBeSynced(one)) await sync(one.metadata.name);
    });
  }
  /** Changes a rendered file of the clinical gateway's application. */
  function edit(name: string, from: RegExp, to: string): void {
    const file = join(clone.root, "deploy", "production", "clinical-trials", "data-ingestion", name);
    const text = readFileSync(file, "utf8");
    assert.match(text, from);
    writeFileSync(file, text.replace(from, to));
  }
  async function virtualService(name: string): Promise<VirtualService> {
    return await api.objects.read<VirtualService>({
      apiVersion: "networking.istio.io/v1",
      kind: "VirtualService",
      metadata: { name, namespace: gateway.namespace },
    });
  }
  const weights = async (): Promise<number[]> =>
    (await virtualService(`${gateway.name}-weights`)).spec.http[0]!.route.map(({ weight }) => weight);
  /** @param meanwhile called with those that are not, again and again. */
  async function allSynced(
    revision: string,
    meanwhile: (waiting: readonly Application[]) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    const minutes = 30;
    const deadline = Date.now() + minutes * 60_000;
    for (;;) {
      const all = await list("applications");
      const waiting = all.filter(
        ({ status }) => status?.sync?.status !== "Synced" || status.sync.revision !== revision,
      );
      if (all.length > 0 && waiting.length === 0) return;
      assert.ok(Date.now() < deadline, `not synced within ${minutes} min:\n${waiting.map(told).join("\n")}`);
      await meanwhile(waiting);
      await sleep(1000);
    }
  }

  it("up makes Argo CD's objects, and no workload of a platform", async () => {
    await quint("render", ...here);
    commit("Rendered");
    await quint("up", ...here, "--yes");
    const { settings } = openStack({
      root: clone.root,
      stack: "production",
      overrides: { cluster: "simulated", delivery: "gitops" },
    });
    const access = accessTo(settings, clone.root);
    api = await connect(access);
    const { items } = await api.apps.listDeploymentForAllNamespaces({
      labelSelector: "app.kubernetes.io/managed-by=quint,app.kubernetes.io/part-of!=foundation",
    });
    assert.deepEqual(
      items.map(({ metadata }) => metadata?.name),
      [],
    );
    assert.ok((await list("applications")).length > 0);
    const description = readDescription(clusterFolder(clone.root, "production"));
    assert.ok(description);
    // Nobody calls anyone here: a canary stays at its first step.
    prometheus.measured.errors = Number.NaN;
    await prometheus.start(description.ports.prometheus);
    argoCd = await startArgoCd(access.kubeconfig, api, {
      // Argo CD's own script expects what only an operator writes, and none runs here.
      "resource.customizations.health.postgresql.cnpg.io_Cluster": 'return { status = "Progressing" }',
    });
  });

  it("every Application of every platform becomes Synced", async () => {
    const revision = commit("Once more");
    await allSyncedByHand(revision);
    const { items } = await api.apps.listDeploymentForAllNamespaces({
      labelSelector: "app.kubernetes.io/managed-by=quint,app.kubernetes.io/part-of=cancer",
    });
    assert.ok(items.length > 0);
  });

  it("a second render and a second up change nothing", async () => {
    await quint("render", ...here, "--check");
    assert.match((await quint("diff", ...here)).stdout, /^nothing changes$/m);
    assert.match((await quint("up", ...here, "--yes")).stdout, /no changes/);
  });

  it("is not OutOfSync once an autoscaler has scaled", async () => {
    const scaled = await api.autoscaling.listHorizontalPodAutoscalerForAllNamespaces();
    const target = scaled.items.find(({ spec }) => spec.scaleTargetRef.kind === "Deployment");
    assert.ok(target?.metadata?.namespace);
    await api.apps.patchNamespacedDeploymentScale({
      name: target.spec.scaleTargetRef.name,
      namespace: target.metadata.namespace,
      body: [{ op: "replace", path: "/spec/replicas", value: target.spec.maxReplicas }],
    });
    // Argo CD looks every ten seconds here.
    await sleep(25_000);
    await allSynced(commit("Nothing new"));
    const { spec } = await api.apps.readNamespacedDeployment({
      name: target.spec.scaleTargetRef.name,
      namespace: target.metadata.namespace,
    });
    assert.equal(spec?.replicas, target.spec.maxReplicas);
  });

  it("is not OutOfSync while a canary takes its share, which survives what a commit changes beside it", async () => {
    const rollout = async () =>
      (await listRollouts(api, "clinical-trials")).find(({ metadata }) => metadata.name === gateway.name);
    await eventually("the first version", async () => (await rollout())?.status?.phase === "Healthy", 900);
    // As its autoscaler does.
    await api.custom.patchNamespacedCustomObjectScale({
      ...{ group: group.group, version: group.version, plural: "rollouts", ...gateway },
      body: [{ op: "replace", path: "/spec/replicas", value: 5 }],
    });
    edit(`rollout-${gateway.name}.yaml`, /(clinical-gateway):v\S+/, "$1:v1.0.1");
    const revision = commit("A new version of the gateway");
    await allSyncedByHand(revision);
    await eventually("the canary's share", async () => (await weights()).join() === "90,10", 900);
    await allSynced(revision);

    edit(`virtualservice-${gateway.name}.yaml`, /timeout: 30s/, "timeout: 31s");
    const changed = commit("More time for the gateway");
    await allSyncedByHand(changed);
    assert.equal((await virtualService(gateway.name)).spec.http.at(-1)?.timeout, "31s");
    assert.deepEqual(await weights(), [90, 10]);
    assert.equal((await rollout())?.spec.replicas, 5);
    assert.ok(["Progressing", "Paused"].includes((await rollout())?.status?.phase ?? ""));
  });

  it("a change in settings arrives by a commit alone", async () => {
    const file = join(clone.root, "Pulumi.production.yaml");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace("cancer-mlops-api:v1.0.0", "cancer-mlops-api:v1.0.1"));
    await quint("render", ...here);
    assert.match(
      (await quint("diff", ...here)).stdout,
      /cancer-mlops-api:v1\.0\.0 → .*cancer-mlops-api:v1\.0\.1/,
    );
    const revision = commit("Version 1.0.1");
    await allSyncedByHand(revision);
    const { items } = await api.apps.listDeploymentForAllNamespaces({
      labelSelector: "app.kubernetes.io/part-of=cancer,app.kubernetes.io/name=api",
    });
    const [image] = items.flatMap(
      ({ spec }) => spec?.template.spec?.containers.map((one) => one.image) ?? [],
    );
    assert.match(image ?? "", /:v1\.0\.1$/);
  });

  it("outside of its window Argo CD syncs nothing by itself, and lets those sync who may", async () => {
    const blue = "chest-xray-mlops-prod-blue";
    const found = (await list("applications")).find(({ metadata }) => metadata.name === blue);
    assert.ok(found?.spec.syncPolicy.automated);
    const later = new Date(Date.now() + 3 * 3600_000);
    await api.custom.patchNamespacedCustomObject({
      ...group,
      plural: "appprojects",
      name: found.spec.project,
      body: [
        {
          op: "add",
          path: "/spec/syncWindows",
          value: [
            {
              kind: "allow",
              schedule: `${later.getUTCMinutes()} ${later.getUTCHours()} * * *`,
              duration: "1h",
              timeZone: "Etc/UTC",
              manualSync: true,
              applications: ["*"],
            },
          ],
        },
      ],
    });
    const file = join(clone.root, "deploy", "production", "chest-xray", "blue", "configmap-app-config.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace("color: blue", "color: blue-ish"));
    commit("A change outside of the window");
    const look = async (): Promise<Application> =>
      (await list("applications")).find((one) => one.metadata.name === blue)!;
    const state = async () => (await look()).status?.sync?.status;
    await eventually("Argo CD to see the commit", async () => (await state()) === "OutOfSync", 900);
    // Three looks.
    await sleep(30_000);
    assert.equal(await state(), "OutOfSync");
    let last = "";
    try {
      await eventually(
        "a sync by hand",
        async () => {
          const now = await look();
          last = told(now);
          if (isToBeSynced(now)) await sync(blue);
          return now.status?.sync?.status === "Synced";
        },
        900,
      );
    } catch (error) {
      throw new Error(`it is refused:\n${last}`, { cause: error });
    }
  });
});

/** Whether it differs and nobody is at it: what is asked for in the middle of a sync is lost at its end. */
function isToBeSynced({ operation, status }: Application): boolean {
  const busy = operation !== undefined || status?.operationState?.phase === "Running";
  return status?.sync?.status === "OutOfSync" && !busy;
}

function told({ metadata, status }: Application): string {
  const { sync, health, operationState, conditions = [] } = status ?? {};
  const reasons = [operationState?.message, ...conditions.map(({ type, message }) => `${type}: ${message}`)];
  return `  ${metadata.name}: ${sync?.status ?? "unknown"}, ${health?.status ?? "unknown"}, ${operationState?.phase ?? "no sync yet"} ${reasons.filter(Boolean).join("; ").slice(0, 600)}`;
}
