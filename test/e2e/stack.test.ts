/**
 * A stack's life on the simulated cluster, with the real engine, as a newcomer's commands have it. One clone, one
 * cluster; each test goes on where the one before it ended.
 */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { accessTo, connect, type Client } from "../../automation/cluster/access.ts";
import { statusReport, type StatusReport } from "../../automation/cluster/report.ts";
import { Claim } from "../../automation/engine/claim.ts";
import { workFolderOf } from "../../automation/paths.ts";
import { openStack } from "../../config/index.ts";
import { isAlive, type ProcessIdentity } from "../../simulation/process/identity.ts";
import { makeClone, type Clone, type Finished, type Running } from "./support/clone.ts";

const workloads = ["cancer/api", "cancer/grafana", "cancer/mlflow", "cancer/prometheus"];
const namespace = "cancer-mlops";
const platforms = ["cancer", "chest-xray", "clinical-trials", "code-review", "health-data"];

describe("a stack on the simulated cluster", function () {
  this.timeout(1_800_000);
  this.slow(30_000);
  this.bail(true);

  let clone: Clone;
  before(() => {
    // All of it simulated, on every machine: test/e2e/embedded.test.ts has the real node.
    clone = makeClone((root) => {
      const file = join(root, "Pulumi.dev.yaml");
      writeFileSync(file, readFileSync(file, "utf8").replace("type: local", "type: simulated"));
    });
  });
  after(async () => {
    await clone.remove();
  });

  async function client(): Promise<Client> {
    const { settings } = openStack({ root: clone.root, stack: "dev" });
    return await connect(accessTo(settings, clone.root));
  }
  async function quint(...args: readonly string[]): Promise<Finished> {
    const finished = await clone.quint(...args);
    assert.equal(finished.code, 0, `quint ${args.join(" ")}\n${finished.text}`);
    return finished;
  }
  async function status(): Promise<StatusReport> {
    return statusReport.parse(JSON.parse((await quint("status", "dev", "--json")).stdout));
  }
  async function ourNamespaces(): Promise<string[]> {
    const selector = { labelSelector: "app.kubernetes.io/managed-by=quint" };
    return (await (await client()).core.listNamespace(selector)).items.map(
      ({ metadata }) => metadata?.name ?? "",
    );
  }

  it("make up ends with a table of workloads that are ready, and says that none of them runs", async function () {
    this.timeout(90 * 60_000); // On a machine that never built the engine: 3 min on two cores, 15 on busy ones.
    const { code, text, stdout } = await clone.run("make", "up");
    assert.equal(code, 0, text);
    assert.match(stdout, /^ +foundation\/\* +\d+ namespaces +(\d+)\/\1 +footprint/m);
    for (const name of workloads) {
      const [, ready, desired, state] =
        new RegExp(`^ +${name} +${namespace} +(\\d+)/(\\d+) +(\\w+)`, "m").exec(stdout) ?? [];
      assert.ok(
        ready === desired && Number(ready) > 0,
        `${name}: ${ready ?? "?"}/${desired ?? "?"}\n${stdout}`,
      );
      assert.equal(state, "simulated");
    }
    assert.match(stdout, /This cluster is simulated/);
    assert.match(stdout, /\.\/quint secrets dev/);
    for (const [row] of stdout.matchAll(/^ +[-a-z]+\/\S+ +\S+ +\d+\/\d+ +.*$/gm)) {
      assert.match(row, / (\d+)\/\1 /, row);
    }
    assert.equal(clone.gitStatus(), "", "committed files were written to");
  });

  it("a second up changes nothing and asks nothing", async () => {
    const { stdout } = await quint("up", "dev");
    assert.match(stdout, /dev is up to date: no changes/);
    assert.equal(clone.gitStatus(), "");
  });

  it("status --json has the documented shape and names every workload, volume and route", async () => {
    const report = await status();
    assert.equal(report.ready, true);
    const own = report.workloads.filter(({ footprint }) => !footprint);
    // The login in front of the foundation's Prometheus is no footprint: we run it ourselves.
    assert.deepEqual(
      [...new Set(own.map(({ platform }) => platform))].sort(),
      [...platforms, "login"].sort(),
    );
    const names = own.map(({ platform, name }) => `${platform}/${name}`);
    assert.deepEqual(
      names.filter((name) => name.startsWith("cancer/")),
      [...workloads, "cancer/restore-drill-metrics"],
    );
    // Two copies, three versions: each in a namespace of its own.
    const times = (name: string) => names.filter((one) => one === name).length;
    assert.deepEqual([times("chest-xray/chest-xray-mlops"), times("code-review/auth-service")], [2, 3]);
    assert.ok(own.every(({ images }) => images.length > 0));
    // A consumer of messages has no Service.
    const silent = own.filter(({ addresses }) => addresses.length === 0).map(({ name }) => name);
    assert.deepEqual(silent, ["kafka-consumer"]);
    assert.ok(report.workloads.every(({ runs }) => !runs));
    // The foundation of dev: what its charts would run.
    const standIns = report.workloads.filter(({ footprint }) => footprint);
    const footprints = standIns.map(({ name }) => name);
    assert.equal(new Set(standIns.map((one) => `${one.namespace}/${one.name}`)).size, footprints.length);
    for (const name of [
      "argocd-server",
      "istiod",
      "istio-ingress",
      "cert-manager-webhook",
      "velero",
      "loki",
    ]) {
      assert.ok(footprints.includes(name), `${name} is not among ${footprints.join(", ")}`);
    }
    const volumes = report.volumes.map(({ namespace: of, name }) => `${of}/${name}`);
    for (const name of ["cancer-mlops/models-pvc", "health-platform-dev/etl-deduplication"]) {
      assert.ok(volumes.includes(name), volumes.join(", "));
    }
    assert.ok(report.volumes.every(({ bound, purpose }) => bound && purpose !== ""));
    assert.ok(report.routes.some(({ kind }) => kind === "LoadBalancer"));
    assert.ok(report.quotas.some(({ resource, percent }) => resource === "pods" && percent > 0));
  });

  it("backups are listed, drills planned and restores looked at; what this cluster cannot do is said", async () => {
    const { backups, skipped } = JSON.parse((await quint("backups", "dev", "--json")).stdout) as {
      backups: { platform: string; kind: string; newest: unknown; verified: unknown }[];
      skipped: string[];
    };
    assert.deepEqual([...new Set(backups.map(({ platform }) => platform))].sort(), platforms);
    assert.ok(backups.every(({ newest, verified }) => newest === null && verified === null));
    assert.match(skipped.join(), /^Skipped: on a simulated cluster/);
    const drill = await quint("restore-drill", "cancer");
    assert.match(drill.stdout, /^cancer: the plan is in order: volumes cancer-mlops\.$/m);
    assert.match(drill.text, /Job cancer-restore-drill\/restore-drill-\w+ accepted/);
    assert.match(drill.stdout, /^Skipped: on a simulated cluster/m);
    const at = new Date(Date.now() - 3_600_000).toISOString();
    const restore = await quint("restore", "health-data", "--at", at, "--to", "look");
    assert.match(restore.text, /Cluster health-platform-dev\/health-postgresql-restored accepted/);
    assert.ok(!(await ourNamespaces()).includes("look"));
    const { batch } = await client();
    const { items } = await batch.listNamespacedJob({ namespace: "cancer-restore-drill" });
    assert.deepEqual(items, []);
  });

  it("a platform that the file no longer names goes with its namespaces, and the others stay as they are", async () => {
    const { apps } = await client();
    const before = await apps.readNamespacedDeployment({ namespace, name: "api" });
    const file = join(clone.root, "Pulumi.dev.yaml");
    const text = readFileSync(file, "utf8");
    const kept = text.indexOf("    cancer:\n");
    const first = "quint:platforms:\n";
    writeFileSync(file, text.slice(0, text.indexOf(first) + first.length) + text.slice(kept));
    clone.commit("cancer alone");
    const { stdout } = await quint("up", "dev", "--yes");
    assert.match(stdout, /✔ dev: .*\d+ deleted/);
    const namespaces = await ourNamespaces();
    for (const gone of ["health-platform-dev", "platform-v3-quarantine", "dev-green", "clinical-mlops-dev"]) {
      assert.ok(!namespaces.includes(gone), gone);
    }
    const after = await apps.readNamespacedDeployment({ namespace, name: "api" });
    assert.equal(after.metadata?.uid, before.metadata?.uid);
    const report = await status();
    assert.equal(report.ready, true);
    assert.equal(report.volumes.length, 7);
  });

  it("scale writes the stack file and updates in place: the object stays, nothing else changes", async () => {
    const { apps } = await client();
    const before = await apps.readNamespacedDeployment({ namespace, name: "api" });
    const { stdout } = await quint("scale", "dev", "cancer/api", "3", "--yes");
    const after = await apps.readNamespacedDeployment({ namespace, name: "api" });
    assert.equal(after.metadata?.uid, before.metadata?.uid, "the Deployment was replaced");
    assert.equal(after.spec?.replicas, 3);
    assert.equal(after.status?.readyReplicas, 3);
    assert.match(stdout, /\+ +replicas: 3/);
    assert.match(stdout, /~ update {2}Deployment {2}cancer-mlops\/api {2}spec\.replicas: 2 → 3/);
    assert.match(stdout, /~ 1 updated, \d+ unchanged/);
    assert.equal(clone.gitStatus(), " M Pulumi.dev.yaml\n");
  });

  it("set-image without an answer puts the stack file back", async () => {
    const before = readFileSync(join(clone.root, "Pulumi.dev.yaml"), "utf8");
    const { code, text } = await clone.quint(
      "set-image",
      "dev",
      "cancer/mlflow",
      "ghcr.io/mlflow/mlflow:v3.0.0",
    );
    assert.equal(code, 3, text);
    assert.match(text, /image: .* → ghcr\.io\/mlflow\/mlflow:v3\.0\.0/);
    assert.match(text, /Pulumi\.dev\.yaml is as it was/);
    assert.equal(readFileSync(join(clone.root, "Pulumi.dev.yaml"), "utf8"), before);
  });

  it("restart gives a workload new pods and touches neither settings nor state", async () => {
    const { core } = await client();
    const selector = { namespace, labelSelector: "app.kubernetes.io/name=grafana" };
    const pods = async (): Promise<(string | undefined)[]> =>
      (await core.listNamespacedPod(selector)).items
        .filter(({ metadata }) => metadata?.deletionTimestamp === undefined)
        .map(({ metadata }) => metadata?.name);
    const before = await pods();
    await quint("restart", "dev", "--workload", "cancer/grafana");
    const after = await pods();
    assert.equal(after.length, before.length);
    assert.ok(!after.some((name) => before.includes(name)), `${before.join()} -> ${after.join()}`);
    assert.match((await quint("preview", "dev")).stdout, /nothing changes/);
  });

  it("refresh finds what was changed by hand, and up puts it back", async () => {
    const { apps, core } = await client();
    const scale = await apps.readNamespacedDeploymentScale({ namespace, name: "grafana" });
    if (scale.spec) scale.spec.replicas = 0;
    await apps.replaceNamespacedDeploymentScale({ namespace, name: "grafana", body: scale });
    await core.deleteNamespacedConfigMap({ namespace, name: "app-config" });

    const drift = (await quint("refresh", "dev")).stdout;
    assert.match(drift, /~ update +Deployment +cancer-mlops\/grafana +spec\.replicas: 1 → 0/);
    assert.match(drift, /- delete +ConfigMap +cancer-mlops\/app-config/);
    assert.match(drift, /~ 1 updated, - 1 deleted/);

    await quint("up", "dev", "--yes");
    assert.equal((await apps.readNamespacedDeployment({ namespace, name: "grafana" })).spec?.replicas, 1);
    await core.readNamespacedConfigMap({ namespace, name: "app-config" });
    assert.equal((await status()).ready, true);
  });

  it("up makes anew what was deleted by hand, and waits for what is still being deleted", async () => {
    const { apps, core } = await client();
    await apps.deleteNamespacedDeployment({ namespace, name: "grafana" });
    await core.deleteNamespacedService({ namespace, name: "grafana-service" });
    const seen = await clone.quint("status", "dev");
    assert.equal(seen.code, 1, seen.text);
    assert.match(seen.stdout, /cancer\/grafana +cancer-mlops +- +missing/);
    const up = await quint("up", "dev", "--yes");
    assert.match(up.text, /not in the cluster any more: Deployment cancer-mlops\/grafana, Service/);
    assert.match(up.stdout, /✔ dev: 2 created/);
    assert.equal((await status()).ready, true);

    // Held by a finalizer, it is there until the command has seen that it goes.
    const held = (op: "add" | "remove") =>
      core.patchNamespacedConfigMap({
        ...{ namespace, name: "app-config" },
        body: [{ op, path: "/metadata/finalizers", ...(op === "add" ? { value: ["test/held"] } : {}) }],
      });
    await held("add");
    await core.deleteNamespace({ name: namespace });
    const refresh = clone.start(join(clone.root, "quint"), "refresh", "dev");
    await refresh.says(/Waiting for what is being deleted/);
    await held("remove");
    const drift = await refresh.finished;
    assert.equal(drift.code, 0, drift.text);
    assert.match(drift.stdout, /- delete +Namespace +cancer-mlops\n/);
    assert.match(drift.stdout, /- \d+ deleted, \d+ unchanged/);
    await quint("up", "dev", "--yes");
    assert.equal((await status()).ready, true);
  });

  it("no value of a secret is in state, logs, work files, rendered objects or anything printed", async () => {
    const listed = await quint("secrets", "dev");
    assert.match(listed.stdout, /cancer-mlops\/grafana-admin +password, username/);
    await quint("render", "dev", "--out", join(clone.root, ".quint", "rendered"));
    const printed = clone.printed();
    const { core } = await client();
    const { data } = await core.readNamespacedSecret({ namespace, name: "grafana-admin" });
    const password = Buffer.from(data?.password ?? "", "base64").toString();
    assert.ok(password.length >= 16);
    const forms = [password, Buffer.from(password).toString("base64"), encodeURIComponent(password)];

    const folders = ["state", "logs", "work", "rendered", "pulumi-home/logs", "pulumi-home/workspaces"];
    const files = folders.flatMap((folder) => filesBelow(join(clone.root, ".quint", folder)));
    assert.ok(files.length > 40, `only ${files.length} files looked at`);
    for (const file of files) {
      const content = readFileSync(file, "utf8");
      for (const form of forms) assert.ok(!content.includes(form), `${file} holds a password`);
    }
    for (const form of forms) assert.ok(!printed.includes(form), "a command printed a password");

    const shown = await quint("secrets", "dev", "--show", `${namespace}/grafana-admin/password`);
    assert.equal(shown.stdout, `${password}\n`);
  });

  it("down --keep-data keeps volumes and their passwords, and the next up finds them again", async () => {
    const { core } = await client();
    const claim = async (): Promise<string | undefined> =>
      (await core.readNamespacedPersistentVolumeClaim({ namespace, name: "models-pvc" })).metadata?.uid;
    const secret = async (): Promise<string | undefined> =>
      (await core.readNamespacedSecret({ namespace, name: "grafana-admin" })).data?.password;
    const before = [await claim(), await secret()];
    const { stdout } = await quint("down", "dev", "--yes", "--keep-data");
    assert.match(
      stdout,
      /kept: volumes, their passwords and namespaces, and what they depend on \(4 PriorityClass, 7 ValidatingAdmissionPolicy, 7 ValidatingAdmissionPolicyBinding\)/,
    );
    const left = statusReport.parse(JSON.parse((await clone.quint("status", "dev", "--json")).stdout));
    assert.deepEqual([left.ready, left.workloads.length, left.volumes.length], [false, 0, 7]);
    assert.deepEqual([await claim(), await secret()], before);
  });

  it("a second run beside one that works on the stack is refused", async () => {
    const claim = await Claim.take("dev", workFolderOf(clone.root, "dev", false), () => undefined);
    claim.begin("up");
    const { code, text } = await clone.quint("up", "dev", "--yes");
    claim.finish(true);
    claim.release();
    assert.equal(code, 3, text);
    assert.match(text, new RegExp(`Another quint \\(process ${process.pid}\\) is working on dev: up`));
  });

  /** Starts an up and resolves when it has made its first objects and is still at it. */
  async function upInTheMiddle(first: string): Promise<{ up: Running; engine: ProcessIdentity }> {
    const { core } = await client();
    const up = clone.start(join(clone.root, "quint"), "up", "dev", "--yes");
    await up.says(/❯ cancer\/cancer-mlops/);
    await until(async () =>
      (await core.listNamespacedConfigMap({ namespace })).items.find(
        ({ metadata }) => metadata?.name === first,
      ),
    );
    const unfinished = join(clone.root, ".quint", "work", "dev", "unfinished.json");
    const { engine } = JSON.parse(readFileSync(unfinished, "utf8")) as { engine?: ProcessIdentity };
    assert.ok(engine && isAlive(engine), "the deployment was over before it could be stopped");
    return { up, engine };
  }

  it("ctrl-C in the middle of up ends in order, with 130 and a state that tells what was done", async () => {
    const { up } = await upInTheMiddle("app-config");
    up.child.kill("SIGINT");
    const { code, text } = await up.finished;
    assert.equal(code, 130, text);
    assert.match(text, /Interrupted\. What was under way was finished and the state is written/);
    const { stdout } = await quint("preview", "dev", "--verbose");
    assert.match(stdout, /\+ create/);
    assert.doesNotMatch(stdout, /app-config/, "what was made before the interruption is not in the state");
    await quint("down", "dev", "--yes", "--keep-data");
  });

  it("kill -9 in the middle of up leaves a lock and half a stack", async () => {
    const { up, engine } = await upInTheMiddle("app-config");
    up.child.kill("SIGKILL");
    process.kill(engine.pid, "SIGKILL");
    await up.finished;
  });

  it("preview, up, up, preview in one process: the program runs anew each time, over what the kill left", async () => {
    const program = `
      const { main } = await import(${JSON.stringify(join(clone.root, "automation", "main.ts"))});
      const codes = [];
      for (const command of [["preview", "dev"], ["up", "dev", "--yes"], ["up", "dev", "--yes"], ["preview", "dev"]]) {
        console.log("== " + command.join(" "));
        codes.push(await main(command));
      }
      console.log("codes " + codes);
      process.exit(0);`;
    const { text, stdout } = await clone.run(process.execPath, "--input-type=module", "--eval", program);
    const [, preview = "", up = "", again = "", last = ""] = stdout.split(/^== .*$/m);
    assert.match(last, /codes 0,0,0,0/, text);
    assert.match(text, /The last run on this stack was killed in the middle of "up"/);
    assert.match(text, /Removed the lock that process \d+ took/);
    assert.match(preview, /\+ \d+ created/, "the first preview created nothing");
    assert.match(up, /✔ dev: \d+ created/);
    assert.match(again, /dev is up to date: no changes/);
    assert.match(last, /nothing changes/);
    assert.equal((await status()).ready, true);
  });

  it("a lock of another machine refuses until unlock is told the stack's name", async () => {
    const folder = join(clone.root, ".quint/state/.pulumi/locks/organization/quint/dev");
    const lock = { pid: 1, username: "ci", hostname: "runner-3", timestamp: "2026-01-02T03:04:05Z" };
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "of-another-machine.json"), JSON.stringify(lock));
    const refused = await clone.quint("preview", "dev");
    assert.equal(refused.code, 3, refused.text);
    assert.match(refused.text, /locked by process 1 of ci on runner-3/);
    const unsure = await clone.quint("unlock", "dev", "--confirm", "production");
    assert.equal(unsure.code, 3, unsure.text);
    assert.match((await quint("unlock", "dev", "--confirm", "dev")).stdout, /is not locked any more/);
    await quint("preview", "dev");
  });

  it("down leaves no namespace of ours, and cluster stop no process", async () => {
    const ours = await ourNamespaces();
    assert.ok(ours.includes(namespace) && ours.includes("platform-monitoring"), ours.join(", "));
    const { stdout } = await quint("down", "dev", "--yes");
    assert.match(
      stdout,
      /Data that is lost for good\n[\s\S]*cancer-mlops\/models-pvc +1Gi +Trained ML models/,
    );
    assert.match(stdout, /✔ dev: \d+ deleted/);
    assert.deepEqual(await ourNamespaces(), []);
    assert.match((await quint("down", "dev", "--yes")).stdout, /there is nothing to take down/);
    await quint("cluster", "stop");
    assert.deepEqual(clone.processes(), []);
  });
});

function filesBelow(folder: string): string[] {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Looks again until there is something to see, for at most 10 minutes: a busy machine is no failure. */
async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 600_000;
  while (Date.now() < deadline) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await sleep(50);
  }
  assert.fail("waited 10 minutes in vain");
}
