import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { ensurePki } from "../../../simulation/pki/cluster-pki.ts";
import { pkiFile } from "../../../simulation/pki/files.ts";
import { type authorities, leaves } from "../../../simulation/pki/table.ts";
import { writeKubeconfig } from "../../../simulation/pki/kubeconfig.ts";

const inDays = (days: number): Date => new Date(Date.now() + days * 24 * 60 * 60 * 1000);

describe("the certificates of a simulated cluster", () => {
  const folder = mkdtempSync(join(tmpdir(), "quint-pki-"));
  const certificate = (name: Parameters<typeof pkiFile>[1]): X509Certificate =>
    new X509Certificate(readFileSync(pkiFile(folder, name, "crt")));

  before(async () => {
    await ensurePki(folder);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("are signed by the authority that the table names", () => {
    for (const [name, leaf] of Object.entries(leaves) as [
      keyof typeof leaves,
      { authority: keyof typeof authorities },
    ][]) {
      const signer = certificate(leaf.authority);
      assert.ok(certificate(name).verify(signer.publicKey), name);
      assert.ok(certificate(name).checkIssued(signer), name);
      assert.equal(certificate(name).ca, false);
      assert.equal(signer.ca, true);
    }
  });

  it("do not vouch across authorities: etcd's clients are not the API server's", () => {
    assert.equal(certificate("etcd-client").verify(certificate("cluster-ca").publicKey), false);
    assert.equal(certificate("admin").verify(certificate("etcd-ca").publicKey), false);
  });

  it("name the users and groups that Kubernetes knows", () => {
    assert.match(certificate("admin").subject, /O=system:masters/);
    assert.equal(certificate("scheduler").subject, "CN=system:kube-scheduler");
    assert.equal(certificate("controller-manager").subject, "CN=system:kube-controller-manager");
  });

  it("answer on loopback and inside the cluster", () => {
    const server = certificate("apiserver");
    assert.ok(server.checkIP("127.0.0.1"));
    assert.ok(server.checkIP("10.96.0.1"));
    for (const host of ["localhost", "kubernetes.default.svc"]) assert.ok(server.checkHost(host), host);
    assert.equal(server.checkHost("example.com"), undefined);
  });

  it("are readable by their owner alone", () => {
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    for (const file of readdirSync(folder))
      assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600, file);
  });

  it("are kept while they are good", async () => {
    assert.deepEqual(await ensurePki(folder), []);
    assert.deepEqual(await ensurePki(folder, inDays(330)), []);
  });

  it("are renewed when fewer than 30 days are left, under the same authority", async () => {
    const other = mkdtempSync(join(tmpdir(), "quint-pki-"));
    try {
      await ensurePki(other);
      assert.deepEqual(await ensurePki(other, inDays(340)), Object.keys(leaves));
    } finally {
      rmSync(other, { recursive: true });
    }
  });

  it("are renewed when a file is damaged or its authority is another one", async () => {
    const other = mkdtempSync(join(tmpdir(), "quint-pki-"));
    try {
      await ensurePki(other);
      writeFileSync(pkiFile(other, "admin", "crt"), "nonsense");
      assert.deepEqual(await ensurePki(other), ["admin"]);
      rmSync(pkiFile(other, "etcd-ca", "key"));
      assert.deepEqual(await ensurePki(other), ["etcd-ca", "etcd", "etcd-client"]);
    } finally {
      rmSync(other, { recursive: true });
    }
  });

  it("go into a kubeconfig with verification and without tokens", () => {
    const path = join(folder, "kubeconfig");
    writeKubeconfig(path, folder, "admin", "dev", "https://127.0.0.1:20000");
    const { users, clusters, ...rest } = parse(readFileSync(path, "utf8")) as {
      "current-context": string;
      users: { user: Record<string, string> }[];
      clusters: { cluster: Record<string, string> }[];
    };
    assert.equal(rest["current-context"], "quint-dev");
    assert.deepEqual(Object.keys(users[0]?.user ?? {}), ["client-certificate-data", "client-key-data"]);
    assert.deepEqual(Object.keys(clusters[0]?.cluster ?? {}), ["server", "certificate-authority-data"]);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    rmSync(path);
  });
});
