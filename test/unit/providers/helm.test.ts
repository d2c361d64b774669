import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Context } from "../../../simulation/providers/kubernetes/context.ts";
import {
  checkRelease,
  createRelease,
  deleteRelease,
  diffRelease,
  isRelease,
  readRelease,
  updateRelease,
} from "../../../simulation/providers/kubernetes/helm/release.ts";
import { settingsFrom } from "../../../simulation/providers/kubernetes/settings.ts";
import { InitFailed } from "../../../simulation/providers/plugin/protocol.ts";
import { unknown, type ValueMap } from "../../../simulation/providers/plugin/values.ts";
import { pinnedVersion } from "../../../simulation/programs/pins.ts";
import { discovered, type FakeApiServer, fakeApiServer } from "./fake-api-server.ts";

/** Notes what it is told, keeps the values that it is given, and answers from files. */
const program = (folder: string) => `#!/bin/sh
if [ "$1" = version ]; then echo ${pinnedVersion("helm")}; exit; fi
echo "$@" >> ${folder}/told
while [ $# -gt 0 ]; do
  [ "$1" = --values ] && cp "$2" ${folder}/values
  [ "$1" = --kubeconfig ] && cp "$2" ${folder}/kubeconfig
  [ -n "$verb" ] || verb=$1
  shift
done
env | grep ^HELM_ > ${folder}/environment
cat ${folder}/$verb.error >&2 2>/dev/null && exit 1
cat ${folder}/$verb 2>/dev/null || echo {}
`;

describe("the kubernetes stand-in's Helm releases", () => {
  const path = process.env.PATH ?? "";
  const urn = "urn:pulumi:s::p::kubernetes:helm.sh/v3:Release::tempo";
  const given: ValueMap = {
    name: "tempo",
    namespace: "monitoring",
    chart: "tempo",
    version: "2.2.4",
    repositoryOpts: { repo: "http://127.0.0.1:1" },
    values: { tempo: { retention: "168h" }, unset: null },
    atomic: true,
    cleanupOnFail: true,
    waitForJobs: true,
    skipAwait: false,
    timeout: 600,
    maxHistory: 5,
  };
  const source = "tempo --repo http://127.0.0.1:1 --version 2.2.4";
  const listed = (status: string) =>
    JSON.stringify([{ name: "tempo", revision: "3", status, chart: "tempo-2.2.4", app_version: "2.10.8" }]);
  let server: FakeApiServer;
  let folder: string;
  let context: Context;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "quint-helm-test-"));
    writeFileSync(join(folder, "helm"), program(folder));
    chmodSync(join(folder, "helm"), 0o755);
    process.env.PATH = `${folder}${delimiter}${path}`;
    process.env.HELM_NAMESPACE = "elsewhere";
    server = await fakeApiServer(discovered);
    const kubeconfig = "clusters: []\nusers:\n  - name: me\n    user:\n      client-key: key.pem\n";
    context = {
      settings: settingsFrom(
        new Map([
          ["kubernetes:config:kubeconfig", kubeconfig],
          ["kubernetes:config:context", "here"],
        ]),
        {},
      ),
      cluster: server.cluster,
      log: { log: () => undefined, status: () => undefined },
      signal: new AbortController().signal,
    };
    writeFileSync(join(folder, "list"), listed("deployed"));
  });
  afterEach(async () => {
    process.env.PATH = path;
    delete process.env.HELM_NAMESPACE;
    rmSync(folder, { recursive: true });
    await server.close();
  });
  /** Helm's commands, without the flags that every one has. */
  const told = (): string[] =>
    readFileSync(join(folder, "told"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) =>
        line.replace(/( --values \S+)? --namespace (\S+) --kubeconfig \S+ --kube-context here$/, " in $2"),
      );
  const fail = (verb: string, message: string) => {
    writeFileSync(join(folder, `${verb}.error`), `Error: ${message}\n`);
  };
  const checked = (news: ValueMap) =>
    checkRelease(context, { urn, olds: {}, news, randomSeed: new Uint8Array(), autonaming: undefined });
  const create = (properties: ValueMap = given) =>
    createRelease(context, { urn, properties, timeoutSeconds: 0, preview: false });
  const state = { ...given, __inputs: given };

  it("are `helm.v3.Release`, and no other of Helm's types", () => {
    assert.ok(isRelease(urn));
    assert.ok(!isRelease(urn.replace("v3:Release", "v4:Chart")));
    assert.ok(!isRelease(urn.replace("helm.sh/v3:Release", "core/v1:ConfigMap")));
  });

  it("install as they are told, and give the release's status", async () => {
    const { id, properties } = await create();
    assert.equal(id, "monitoring/tempo");
    assert.deepEqual(properties.status, {
      appVersion: "2.10.8",
      chart: "tempo",
      name: "tempo",
      namespace: "monitoring",
      revision: 3,
      status: "deployed",
      version: "2.2.4",
    });
    assert.deepEqual(told(), [
      `install tempo ${source} --wait --timeout 600s --wait-for-jobs --atomic --output json in monitoring`,
      "list --all --filter ^tempo$ --output json in monitoring",
    ]);
    assert.deepEqual(JSON.parse(readFileSync(join(folder, "values"), "utf8")), given.values);
  });

  it("leave a user's own Helm alone, and find the files that a kubeconfig names", async () => {
    await create();
    const environment = readFileSync(join(folder, "environment"), "utf8").trim().split("\n").sort();
    assert.deepEqual(
      environment.map((line) => line.replace(/=.*/, "")),
      ["HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"],
    );
    for (const line of environment) assert.ok(!existsSync(line.replace(/.*=/, "")), line);
    const { users } = JSON.parse(readFileSync(join(folder, "kubeconfig"), "utf8")) as {
      users: { user: { "client-key": string } }[];
    };
    assert.equal(users[0]?.user["client-key"], join(process.cwd(), "key.pem"));
  });

  it("upgrade with a history that ends, and uninstall", async () => {
    const update = { id: "monitoring/tempo", urn, olds: state, oldInputs: given, timeoutSeconds: 0 };
    await updateRelease(context, { ...update, news: given, preview: false, ignoreChanges: [] });
    await deleteRelease(context, { id: "monitoring/tempo", urn, properties: state, timeoutSeconds: 0 });
    const [upgrade, , uninstall] = told();
    assert.equal(
      upgrade,
      `upgrade tempo ${source} --wait --timeout 600s --wait-for-jobs --atomic --cleanup-on-fail --history-max 5 --output json in monitoring`,
    );
    assert.equal(uninstall, "uninstall tempo --ignore-not-found --wait --timeout 600s in monitoring");
  });

  it("fail with Helm's words where nothing is left", async () => {
    fail("install", "values don't meet the specifications of the schema(s)");
    writeFileSync(join(folder, "list"), "[]");
    await assert.rejects(
      create(),
      /^Error: Helm release "monitoring\/tempo" was not installed: values don't meet the specifications/,
    );
  });

  it("keep what is left of a failed one in the state", async () => {
    fail("install", "timed out waiting for the condition");
    writeFileSync(join(folder, "list"), listed("failed"));
    await assert.rejects(create({ ...given, atomic: false }), (error) => {
      assert.ok(error instanceof InitFailed);
      assert.equal(error.id, "monitoring/tempo");
      assert.equal((error.properties.status as ValueMap).status, "failed");
      assert.match(error.message, /timed out waiting for the condition/);
      return true;
    });
  });

  it("are refused in the plan where the chart cannot be had", async () => {
    assert.deepEqual((await checked(given)).failures, []);
    assert.deepEqual(told(), [`show chart ${source} in default`]);
    fail("show", 'looks like "http://127.0.0.1:1" is not a valid chart repository or cannot be reached');
    const { failures } = await checked(given);
    assert.deepEqual(failures, [
      {
        property: "chart",
        reason:
          'looks like "http://127.0.0.1:1" is not a valid chart repository or cannot be reached; check the chart name and repository configuration.',
      },
    ]);
    // Nothing to ask yet.
    assert.deepEqual((await checked({ ...given, version: unknown })).failures, []);
  });

  it("refuse what only the official provider does", async () => {
    const { failures } = await checked({
      ...given,
      name: undefined as never,
      postrender: "./change",
      verify: false,
      repositoryOpts: { repo: "https://charts.example.com", username: "me" },
    });
    assert.deepEqual(
      failures.map(({ property }) => property),
      ["postrender", "name", "repositoryOpts.username"],
    );
  });

  it("differ where their inputs do, and are made anew under another name", () => {
    const diff = (news: ValueMap) =>
      diffRelease({ id: "monitoring/tempo", urn, olds: state, oldInputs: given, news, ignoreChanges: [] });
    assert.equal(diff(given).changes, false);
    const changed = diff({ ...given, values: { tempo: { retention: "24h" } } });
    assert.deepEqual([...(changed.detailedDiff?.keys() ?? [])], ["values.tempo.retention"]);
    assert.deepEqual(changed.replaces, []);
    const renamed = diff({ ...given, name: "other" });
    assert.deepEqual([renamed.replaces, renamed.deleteBeforeReplace], [["name"], true]);
  });

  it("are read as Helm has them, and gone where it has not", async () => {
    const read = () =>
      readRelease(context, { id: "monitoring/tempo", urn, properties: state, inputs: given });
    assert.equal(((await read()).properties.status as ValueMap).status, "deployed");
    writeFileSync(join(folder, "list"), "[]");
    assert.equal((await read()).id, "");
  });
});
