/** `cluster status`: what it says of a real node. */
import assert from "node:assert/strict";
import { localClusterTables } from "../../../automation/cluster/local-clusters.ts";
import type { ClusterStatus } from "../../../simulation/index.ts";

const mebibyte = 1024 * 1024;
const cluster: ClusterStatus = {
  stack: "dev",
  folder: "/clone/.quint/clusters/dev",
  phase: "running",
  processes: [
    {
      name: "etcd",
      pid: 7,
      restarts: 0,
      upSince: "2026-01-01T00:00:00Z",
      lastEnd: undefined,
      memoryBytes: mebibyte,
    },
  ],
  ports: undefined,
  server: "https://127.0.0.1:20443",
  kubeconfigPath: "/clone/kubeconfig",
  kubernetesVersion: "v1.36.2",
  nodes: { ready: 5, total: 5 },
  memoryBytes: 100 * mebibyte,
  realNode: undefined,
};
const realNode: NonNullable<ClusterStatus["realNode"]> = {
  name: "real-1",
  phase: "running",
  processes: [{ name: "kubelet", restarts: 2, upSince: "2026-01-01T00:00:00Z", lastEnd: "SIGKILL" }],
  images: [
    {
      reference: "ghcr.io/stefanprodan/podinfo:6.9.2",
      version: "6.9.2",
      archive: "/cache/a.tar",
      hash: "a",
      note: "no web pages",
    },
  ],
  problems: ["shop/web does not answer on 127.0.0.1:80: another program listens there."],
  memoryBytes: 50 * mebibyte,
  enforcesNetworkPolicy: false,
};

describe("the table of local clusters", () => {
  it("has nothing of a real node where there never was one", () => {
    const text = localClusterTables([cluster]).join("\n");
    assert.match(text, /dev +running +v1\.36\.2 +5\/5 +100 MiB/);
    assert.doesNotMatch(text, /real node real-1|NetworkPolic/);
  });

  it("says how the real node is, what runs there, what is wrong, and that no NetworkPolicy holds", () => {
    const text = localClusterTables([{ ...cluster, realNode }]).join("\n");
    assert.match(text, /dev +running +v1\.36\.2 +5\/5 +running +150 MiB/);
    assert.match(text, /real node real-1, running, 50 MiB\. NetworkPolicies are not enforced on it\./);
    assert.match(text, /shop\/web does not answer on 127\.0\.0\.1:80/);
    assert.match(text, /podinfo:6\.9\.2 +6\.9\.2 +no web pages/);
    assert.match(text, /kubelet +2 +SIGKILL/);
  });

  it("says why a real node failed", () => {
    const failed = { ...realNode, phase: "failed" as const, failure: "No link was attached within 30 s." };
    assert.match(localClusterTables([{ ...cluster, realNode: failed }]).join("\n"), /No link was attached/);
  });
});
