import assert from "node:assert/strict";
import { diffConfig } from "../../../simulation/providers/kubernetes/config-diff.ts";
import { clusterAccess, readKubeconfig } from "../../../simulation/providers/kubernetes/kubeconfig.ts";
import { isLoopback, refuseRemote } from "../../../simulation/providers/kubernetes/loopback.ts";
import { checkSettings, settingsFrom } from "../../../simulation/providers/kubernetes/settings.ts";
import { secret, unknown } from "../../../simulation/providers/plugin/values.ts";

const kubeconfig = (server: string, user = "token: t", cluster = "") => `
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "${server}", ${cluster}}}]
users: [{name: u, user: {${user}}}]
contexts: [{name: x, context: {cluster: c, user: u, namespace: team}}, {name: y, context: {cluster: c, user: none}}]
current-context: x
`;
const here = "https://127.0.0.1:6443";

describe("the kubernetes stand-in's settings", () => {
  it("refuses settings that do not exist, and those that it cannot follow", () => {
    const failures = checkSettings({
      kubeconfigg: "x",
      enableServerSideApply: "false",
      renderYamlToDirectory: "out",
      kubeClientSettings: '{"qps": -1}',
    });
    assert.deepEqual(
      failures.map(({ property }) => property),
      ["kubeconfigg", "enableServerSideApply", "renderYamlToDirectory", "kubeClientSettings"],
    );
    assert.match(
      failures[0]?.reason ?? "",
      /"kubeconfigg" is not a setting of the kubernetes provider; there are .*kubeconfig/,
    );
    assert.match(failures[3]?.reason ?? "", /kubeClientSettings\.qps is not a positive number/);
  });

  it("takes everything that the official provider takes, also while it is not known", () => {
    const inputs = {
      kubeconfig: secret(unknown),
      enableServerSideApply: true,
      upsertExistingObjects: "true",
      suppressDeprecationWarnings: true,
      kubeClientSettings: { qps: 10 },
      version: "4.34.2",
      __internal: {},
    };
    assert.deepEqual(checkSettings(inputs), []);
  });

  it("reads the engine's variables, and the environment where the program is silent", () => {
    const variables = new Map([
      ["kubernetes:config:context", "y"],
      ["kubernetes:config:upsertExistingObjects", "true"],
      ["kubernetes:config:deleteUnreachable", "false"],
      ["kubernetes:config:kubeClientSettings", '{"qps":10,"burst":20,"timeout":5}'],
    ]);
    const environment = {
      PULUMI_K8S_DELETE_UNREACHABLE: "true",
      PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE: "true",
    };
    const settings = settingsFrom(variables, environment);
    assert.deepEqual(settings.overrides, { context: "y" });
    assert.equal(settings.upsertExistingObjects, true);
    assert.equal(settings.deleteUnreachable, false);
    assert.deepEqual(settings.mutability, { configMaps: true, secrets: false });
    assert.deepEqual(settings.client, { qps: 10, burst: 20, timeoutSeconds: 5 });
    assert.equal(settingsFrom(new Map(), {}).client.timeoutSeconds, 32);
  });
});

describe("kubeconfigs", () => {
  it("give server, namespace, certificates and credentials", () => {
    const data = Buffer.from("pem").toString("base64");
    const user = `client-certificate-data: ${data}, client-key-data: ${data}`;
    const cluster = `certificate-authority-data: ${data}, tls-server-name: api`;
    const access = clusterAccess(readKubeconfig(kubeconfig(here, user, cluster)), {});
    const pem = Buffer.from("pem");
    assert.equal(access.server.origin, here);
    assert.equal(access.namespace, "team");
    assert.deepEqual(access.tls, { ca: pem, cert: pem, key: pem, servername: "api" });
    assert.equal(access.authorization, undefined);
    assert.equal(clusterAccess(readKubeconfig(kubeconfig(here)), {}).authorization, "Bearer t");
    assert.equal(clusterAccess(readKubeconfig(kubeconfig(here)), { context: "y" }).namespace, "default");
  });

  it("say what is missing, and what the stand-in does not do", () => {
    const config = readKubeconfig(kubeconfig(here));
    assert.throws(() => clusterAccess(config, { context: "z" }), /no context "z"/);
    assert.throws(() => clusterAccess(config, { cluster: "d" }), /no cluster "d"/);
    const exec = readKubeconfig(kubeconfig(here, "exec: {command: aws}"));
    assert.throws(() => clusterAccess(exec, {}), /logs in by "exec".*certificate or a token/);
    const proxied = readKubeconfig(kubeconfig(here, "token: t", "proxy-url: 'http://proxy'"));
    assert.throws(() => clusterAccess(proxied, {}), /proxy-url/);
    assert.throws(() => readKubeconfig("no such file"), /neither the path of a file nor the content of one/);
  });

  it("may only name this machine", () => {
    for (const server of [
      "https://127.0.0.1:6443",
      "https://127.9.8.7",
      "https://localhost:1",
      "https://[::1]:6443",
    ]) {
      assert.equal(isLoopback(new URL(server)), true, server);
    }
    for (const server of [
      "https://10.0.0.1",
      "https://127.0.0.1.example.com",
      "https://localhost.example.com",
      "https://[::2]",
    ]) {
      assert.equal(isLoopback(new URL(server)), false, server);
    }
    assert.throws(() => {
      refuseRemote(new URL("https://example.com"));
    }, /manages clusters on loopback.*https:\/\/example.com is not one/);
  });
});

describe("a changed provider", () => {
  const olds = { kubeconfig: kubeconfig(here), clusterIdentifier: "a" };
  const elsewhere = kubeconfig("https://127.0.0.1:7443");

  it("is no change where nothing changed", () => {
    assert.deepEqual(diffConfig(olds, olds), { changes: false, replaces: [], deleteBeforeReplace: false });
  });

  it("replaces nothing as long as the cluster's identifier is the same", () => {
    for (const value of [elsewhere, unknown]) {
      const { changes, replaces, diffs } = diffConfig(olds, { ...olds, kubeconfig: value });
      assert.deepEqual({ changes, replaces, diffs }, { changes: true, replaces: [], diffs: ["kubeconfig"] });
    }
  });

  it("replaces everything when the identifier becomes another", () => {
    const { replaces } = diffConfig(olds, { ...olds, clusterIdentifier: "b" });
    assert.deepEqual(replaces, ["clusterIdentifier"]);
  });

  it("replaces nothing when the identifier is added or taken away", () => {
    assert.deepEqual(diffConfig({ kubeconfig: olds.kubeconfig }, olds).replaces, []);
    assert.deepEqual(diffConfig(olds, { kubeconfig: olds.kubeconfig }).replaces, []);
  });

  it("without an identifier goes by the active cluster", () => {
    const before = { kubeconfig: kubeconfig(here) };
    assert.deepEqual(diffConfig(before, { kubeconfig: kubeconfig(here, "token: rotated") }).replaces, []);
    assert.deepEqual(diffConfig(before, { kubeconfig: elsewhere }).replaces, ["kubeconfig"]);
    assert.deepEqual(diffConfig(before, { kubeconfig: unknown }).replaces, ["kubeconfig"]);
    assert.deepEqual(diffConfig({}, before).replaces, []);
  });
});
