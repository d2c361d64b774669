/**
 * A restore in place where Argo CD delivers, by Argo CD's own controller and Git: refused by the remote and given up, killed
 * once the server is gone and gone on with. CloudNativePG does not run here: the test says for it that a server is ready, and
 * that its first backup is taken.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { accessTo, connect, statusOf, type Client } from "../../../automation/cluster/access.ts";
import { openStack } from "../../../config/index.ts";
import { startArgoCd, type ArgoCd } from "../support/argo-cd.ts";
import { makeClone, type Clone, type Running } from "../support/clone.ts";
import { eventually } from "../support/small-cluster.ts";

const stack = "rehearsal";
const platform = "health-data";
const application = "health-data-infrastructure";
const server = {
  group: "postgresql.cnpg.io",
  version: "v1",
  plural: "clusters",
  namespace: "health-platform-dev",
  name: "health-postgresql",
} as const;
const argoCdNamespace = "argocd";

const stackFile = (repository: string): string => `config:
  quint:environment: dev
  quint:domain: quint.localhost
  quint:cluster:
    type: simulated
    nodePools:
      - { name: arm, architecture: arm64, count: 2, cpu: 8, memoryGiB: 32, instanceType: any, zones: [a, b] }
      - { name: amd, architecture: amd64, count: 2, cpu: 8, memoryGiB: 32, instanceType: any, zones: [a, b], labels: { workload-type: compute } }
    storageClasses: { readWriteOnce: standard, readWriteMany: shared }
  quint:delivery: gitops
  quint:gitops: { repository: "${repository}" }
  quint:images: { sample: true }
  quint:platforms:
    health-data:
      applications: []
`;

interface Cluster {
  readonly metadata: { readonly uid: string; readonly deletionTimestamp?: string };
  readonly status?: object;
}

describe("a restore in place by GitOps", function () {
  this.timeout(900_000);
  this.slow(120_000);
  this.bail(true);
  let clone: Clone;
  let api: Client;
  let argoCd: ArgoCd | undefined;
  let remote: string;

  function git(root: string, ...args: readonly string[]): string {
    return execFileSync("git", [...args], { cwd: root, encoding: "utf8" }).trim();
  }
  async function quint(...args: readonly string[]) {
    const finished = await clone.quint(...args);
    assert.equal(finished.code, 0, `quint ${args.join(" ")}\n${finished.text}`);
    return finished;
  }
  /** As the command, but that it is carried out. */
  function restore(time: string): Running {
    const programs = join(clone.root, "node_modules", ".bin");
    const path = [programs, ...(process.env.PATH ?? "").split(delimiter)].join(delimiter);
    const script = join(clone.root, "test", "e2e", "support", "restore-really.ts");
    return clone.start("env", `PATH=${path}`, process.execPath, script, stack, platform, time);
  }
  async function automated(): Promise<object | undefined> {
    const { spec } = (await api.custom.getNamespacedCustomObject({
      group: "argoproj.io",
      version: "v1alpha1",
      plural: "applications",
      namespace: argoCdNamespace,
      name: application,
    })) as { spec: { syncPolicy: { automated?: object } } };
    return spec.syncPolicy.automated;
  }
  async function cluster(): Promise<Cluster | undefined> {
    try {
      return (await api.custom.getNamespacedCustomObject(server)) as Cluster;
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }
  async function change(body: readonly object[]): Promise<void> {
    await api.custom.patchNamespacedCustomObject({ ...server, body });
  }
  /** What CloudNativePG does, as far as anybody here sees it. */
  async function ready(): Promise<void> {
    const lastTransitionTime = new Date().toISOString();
    const message = "Cluster is Ready";
    const condition = {
      type: "Ready",
      status: "True",
      reason: "ClusterIsReady",
      message,
      lastTransitionTime,
    };
    await api.custom.patchNamespacedCustomObjectStatus({
      ...server,
      body: [{ op: "add", path: "/status", value: { conditions: [condition] } }],
    });
  }
  /** The base backups that were asked for, whose archive is that of the new server. */
  async function backups(): Promise<readonly string[]> {
    const { items } = (await api.custom.listNamespacedCustomObject({ ...server, plural: "backups" })) as {
      items: readonly { readonly metadata: { readonly name: string } }[];
    };
    return items.map(({ metadata }) => metadata.name);
  }
  async function taken(name: string): Promise<void> {
    await api.custom.patchNamespacedCustomObjectStatus({
      ...server,
      plural: "backups",
      name,
      body: [{ op: "add", path: "/status", value: { phase: "completed" } }],
    });
  }
  /** Where it archives, as the Cluster of a cluster with a bucket has it. */
  async function archive(): Promise<void> {
    const spec = {
      configuration: { destinationPath: "s3://backups", s3Credentials: { inheritFromIAMRole: true } },
    };
    const { namespace, name } = server;
    const body = {
      apiVersion: "barmancloud.cnpg.io/v1",
      kind: "ObjectStore",
      metadata: { namespace, name },
      spec,
    };
    const kind = { group: "barmancloud.cnpg.io", version: "v1", plural: "objectstores", namespace };
    await api.custom.createNamespacedCustomObject({ ...kind, body });
  }
  const asBefore = { prune: true, selfHeal: true };
  const settings = (): string => readFileSync(join(clone.root, `Pulumi.${stack}.yaml`), "utf8");
  const journal = (): string => join(clone.root, ".quint", "work", stack, "restore.json");

  before(async function () {
    this.timeout(90 * 60_000); // On a machine that never built the programs.
    remote = mkdtempSync(join(tmpdir(), "quint-remote-"));
    git(remote, "init", "--quiet", "--bare", "--initial-branch=main");
    clone = makeClone((root) => {
      for (const file of readdirSync(root).filter((name) => /^Pulumi\..+\.yaml$/.test(name)))
        rmSync(join(root, file));
      writeFileSync(join(root, `Pulumi.${stack}.yaml`), stackFile(`file://${remote}`));
    });
    git(clone.root, "config", "user.name", "test");
    git(clone.root, "config", "user.email", "test@example.com");
    git(clone.root, "branch", "--quiet", "-M", "main");
    git(clone.root, "remote", "add", "origin", `file://${remote}`);
    await quint("render", stack);
    git(clone.root, "add", "--all");
    git(clone.root, "commit", "--quiet", "--message", "Rendered");
    git(clone.root, "push", "--quiet", "--set-upstream", "origin", "main");
    await quint("up", stack, "--yes");
    const access = accessTo(openStack({ root: clone.root, stack }).settings, clone.root);
    api = await connect(access);
    argoCd = await startArgoCd(access.kubeconfig, api, {
      // Argo CD's own script expects what only an operator writes.
      "resource.customizations.health.postgresql.cnpg.io_Cluster":
        'if obj.status ~= nil and obj.status.conditions ~= nil then return { status = "Healthy" } end return { status = "Progressing" }',
    });
    await eventually("the server", cluster, 300);
    await ready();
  });
  after(async () => {
    await argoCd?.stop();
    await clone.remove();
    rmSync(remote, { recursive: true, force: true });
  });

  it("is refused for a server that archives nowhere", async () => {
    const { code, text } = await restore("2026-11-20T10:15:00Z").finished;
    assert.notEqual(code, 0, text);
    assert.match(text, /has no ObjectStore health-postgresql.* Nothing was changed/);
    assert.deepEqual(await automated(), asBefore);
    await archive();
  });

  it("refused by the remote it says that the sync rests; given up, all is as before, and no data was touched", async () => {
    const before = { uid: (await cluster())?.metadata.uid, settings: settings() };
    assert.deepEqual(await automated(), asBefore);
    // As a branch that takes no push: nobody sees that by a dry run.
    const hook = join(remote, "hooks", "pre-receive");
    writeFileSync(hook, "#!/bin/sh\necho 'changes come by pull request' >&2\nexit 1\n", { mode: 0o755 });
    const { code, text } = await restore("2026-11-20T10:15:00Z").finished;
    assert.equal(code, 1, text);
    assert.match(text, /changes come by pull request/);
    assert.match(text, /automated sync of health-data-infrastructure stays paused/);
    assert.deepEqual(await automated(), { ...asBefore, enabled: false });
    const told = await clone.quint("status", stack);
    assert.match(
      told.text,
      /Unfinished: restore health-data .* sync of health-data-infrastructure is paused/,
    );

    const { text: abort } = await quint(
      "restore",
      platform,
      "--abort",
      "--stack",
      stack,
      "--confirm",
      platform,
    );
    assert.match(abort, /No server was removed/);
    assert.match(abort, /never pushed: git reset --hard @\{upstream\}/);
    assert.deepEqual(await automated(), asBefore);
    assert.equal((await cluster())?.metadata.uid, before.uid);
    assert.equal(settings(), before.settings);
    assert.ok(!existsSync(journal()));
    git(clone.root, "reset", "--quiet", "--hard", "@{upstream}");
    assert.equal(settings(), before.settings);
    rmSync(hook);
  });

  it("killed once the server is gone: Argo CD makes no empty one, and the same command finishes it", async () => {
    // Its volumes take a while to go, say.
    await change([{ op: "add", path: "/metadata/finalizers", value: ["example.com/volumes"] }]);
    const killed = restore("2026-11-20T10:15:00Z");
    await Promise.race([
      eventually("the removal", async () => (await cluster())?.metadata.deletionTimestamp !== undefined, 600),
      killed.finished.then(({ text }) => assert.fail(`ended before:\n${text}`)),
    ]);
    killed.child.kill("SIGKILL");
    await killed.finished;
    await change([{ op: "remove", path: "/metadata/finalizers" }]);
    assert.deepEqual(await automated(), { ...asBefore, enabled: false });
    // Argo CD looks every ten seconds here.
    await sleep(25_000);
    assert.equal(await cluster(), undefined);

    const goesOn = restore("2026-11-20T10:15:00Z");
    await Promise.race([
      eventually("the new server", cluster, 600),
      goesOn.finished.then(({ text }) => assert.fail(`ended before:\n${text}`)),
    ]);
    // Of settings that were committed before it. An archive has the server only where a cluster brings a bucket.
    assert.match(git(remote, "show", `main:Pulumi.${stack}.yaml`), /recoverFrom:/);
    assert.deepEqual(await automated(), { ...asBefore, enabled: false });
    assert.deepEqual(await backups(), []);
    await ready();
    await Promise.race([
      eventually("the first backup", async () => (await backups()).length > 0, 120),
      goesOn.finished.then(({ text }) => assert.fail(`ended before:\n${text}`)),
    ]);
    // Who waits for the platform does not wait for it.
    assert.deepEqual(await automated(), asBefore);
    const [backup, ...more] = await backups();
    assert.deepEqual(more, []);
    await taken(backup ?? "");
    const { code, text } = await goesOn.finished;
    assert.equal(code, 0, text);
    assert.deepEqual(await automated(), asBefore);
    assert.match(settings(), /recoverFrom:/);
    assert.equal(
      git(remote, "log", "-1", "--format=%s", "main"),
      "restore health-data to 2026-11-20T10:15:00.000Z: a wrong DELETE",
    );
    assert.equal(git(clone.root, "status", "--short"), "");
    assert.ok(!existsSync(journal()));
  });
});
