/** Pods that choose their nodes by label need nodes that have it. */
import assert from "node:assert/strict";
import { describeStack } from "../../../platforms/index.ts";
import { changed, refusal } from "../config/project-folder.ts";

describe("nodes that pods select", () => {
  const without = { "cluster.nodePools.*.labels": {} };

  it("are asked for, with the label and who selects it, before anything changes", () => {
    const [problem] = refusal(() => describeStack(changed("production", without))).problems;
    assert.equal(problem?.key, "quint:cluster.nodePools");
    assert.match(problem.value, /\(no labels\)/);
    assert.match(
      problem.reason,
      /^have no nodes with the label workload-type=compute, selected by .*clinical-trials\/training/,
    );
    assert.match(problem.remedy, /labels: \{ workload-type: compute \}$/);
  });

  it("do not count where a taint keeps everyone out", () => {
    const taints = [{ key: "gpu", effect: "NoSchedule" }];
    const settings = changed("production", without);
    const [first, ...rest] = settings.cluster.nodePools;
    const tainted = { ...first!, labels: { "workload-type": "compute" }, taints } as typeof first;
    const cluster = { ...settings.cluster, nodePools: [tainted!, ...rest] } as typeof settings.cluster;
    assert.match(refusal(() => describeStack({ ...settings, cluster })).message, /workload-type=compute/);
  });

  it("are there in every stack", () => {
    for (const stack of ["dev", "staging", "production"] as const)
      assert.ok(describeStack(changed(stack, {})).platforms.length > 0);
  });
});
