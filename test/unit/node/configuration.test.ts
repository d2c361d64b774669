/** The files that a node's programs are started with. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { configurationFiles } from "../../../simulation/node/configuration.ts";
import { insideFolder } from "../../../simulation/node/folder.ts";
import type { NodePlan } from "../../../simulation/node/plan.ts";
import { nodeProgramsOf } from "../../../simulation/node/programs.ts";

const plan: NodePlan = {
  layout: 1,
  choice: "samples",
  link: { name: "quint-01234567", machine: "198.19.0.1", node: "198.19.0.2" },
  group: "quint-01234567",
  apiServer: 20443,
  packages: "/cache/debian",
  programs: {
    kubelet: "/cache/kubelet",
    "kube-proxy": "/cache/kube-proxy",
    coredns: "/cache/coredns",
    runc: "/cache/runc",
    pause: "/cache/pause",
  },
  iptables: "nft",
  snapshotter: "overlayfs",
  mayLowerOomScore: false,
  pauseReference: "quint.invalid/pause:1",
  images: [],
};

function yamlOf(name: string): Record<string, unknown> {
  return parse(configurationFiles(plan)[name] ?? "") as Record<string, unknown>;
}

describe("a node's configuration", () => {
  it("is for the node's own address and nobody without a certificate", () => {
    const kubelet = yamlOf("kubelet.yaml");
    assert.equal(kubelet.address, "198.19.0.2");
    assert.deepEqual(kubelet.clusterDNS, ["198.19.0.2"]);
    assert.deepEqual(kubelet.authentication, {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: `${insideFolder}/pki/cluster-ca.crt` },
    });
    assert.deepEqual(yamlOf("kube-proxy.yaml").nodePortAddresses, ["198.19.0.2/32"]);
  });

  it("keeps pods that did not ask for it off the real node", () => {
    assert.deepEqual(yamlOf("kubelet.yaml").registerWithTaints, [
      { key: "quint.dev/node", value: "real", effect: "NoSchedule" },
    ]);
  });

  it("evicts nothing and deletes no image because the owner's disk is full", () => {
    const { evictionHard, imageGCHighThresholdPercent } = yamlOf("kubelet.yaml") as {
      evictionHard: Record<string, string>;
      imageGCHighThresholdPercent: number;
    };
    assert.equal(imageGCHighThresholdPercent, 100);
    for (const [what, threshold] of Object.entries(evictionHard))
      if (what !== "memory.available") assert.equal(threshold, "0%");
  });

  it("holds back the out-of-memory score where it may not be lowered", () => {
    assert.match(configurationFiles(plan)["containerd.toml"] ?? "", /restrict_oom_score_adj = true/);
    const may = configurationFiles({ ...plan, mayLowerOomScore: true });
    assert.match(may["containerd.toml"] ?? "", /restrict_oom_score_adj = false/);
  });

  it("names only paths that fit a socket's 107 characters, and none of a clone", () => {
    const texts = [...Object.values(configurationFiles(plan)), JSON.stringify(nodeProgramsOf(plan))];
    for (const path of texts.flatMap((text) => text.match(/\/run\/[\w./-]+/g) ?? []))
      assert.ok(path.length < 60, path);
    for (const text of texts) assert.ok(!text.includes(".quint/"));
  });
});
