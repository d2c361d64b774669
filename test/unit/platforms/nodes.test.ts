/** Pods that choose their nodes by label need nodes that have it: config's check knows every page that does so. */
import assert from "node:assert/strict";
import { describePlatforms } from "../../../platforms/index.ts";
import { changed, problemsAfter } from "../config/project-folder.ts";

describe("nodes that pods select", () => {
  const selecting = describePlatforms(changed("production", {})).flatMap(({ name, applications }) =>
    applications
      .flatMap(({ jobs = [], workloads }) => [...workloads, ...jobs])
      .filter(({ nodeSelector }) => nodeSelector !== undefined)
      .map((pods) => ({ platform: name, name: pods.name })),
  );

  it("are selected by clinical trials' training and code review's orchestrator", () => {
    assert.deepEqual(
      new Set(selecting.map(({ platform, name }) => `${platform}/${name}`)),
      new Set(["clinical-trials/training", "code-review/ai-orchestrator"]),
    );
  });

  const gone = {
    "without the label": { "cluster.nodePools.*.labels": {} },
    "behind a taint": { "cluster.nodePools.1.taints": [{ key: "gpu", effect: "NoSchedule" }] },
  };
  for (const [what, change] of Object.entries(gone)) {
    it(`are asked for ${what}, for each platform alone`, () => {
      for (const { platform, name } of selecting) {
        const { [platform]: settings } = changed("production", {}).platforms as Record<string, unknown>;
        const problems = problemsAfter("production", { ...change, platforms: { [platform]: settings } });
        const found = problems.find(({ reason }) => reason.startsWith(`have no node for ${name} of`));
        assert.equal(found?.key, "quint:cluster.nodePools", name);
        assert.match(found.remedy, /labels: \{ workload-type: compute \}/);
      }
    });
  }
});
