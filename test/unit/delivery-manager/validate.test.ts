/** When a delivery is in, when it goes on, and when only a person can say. */
import assert from "node:assert/strict";
import type { Workload } from "../../../automation/cluster/workloads.ts";
import { judge, type Look } from "../../../automation/delivery/validate.ts";

const workload = (name: string, over: Partial<Workload> = {}): Workload => ({
  platform: "clinical-trials",
  name,
  object: name,
  namespace: "clinical",
  kind: "Rollout",
  ready: 3,
  desired: 3,
  runs: true,
  footprint: false,
  images: [],
  addresses: [],
  settled: false,
  incoming: "none",
  ...over,
});
const rolled = workload("store", { settled: true });
const canary = workload("gateway", {
  incoming: "coming",
  rollout: { phase: "Progressing", message: "", percent: 10, step: "2 of 5" },
});
const preview = workload("model", {
  incoming: "waiting",
  rollout: { phase: "Paused", message: "waits to be promoted" },
});
const refused = workload("gateway", {
  incoming: "refused",
  rollout: { phase: "Degraded", message: "latency", percent: 0 },
});

describe("a look at what was delivered", () => {
  const looks: readonly (readonly [what: string, workloads: Workload[], missing: string[], look: Look])[] = [
    ["all is in", [rolled], [], { is: "in" }],
    [
      "a canary comes in, though another version waits",
      [rolled, canary, preview],
      [],
      { is: "under way", what: "clinical/gateway is progressing at 10 %, step 2 of 5" },
    ],
    [
      "only what waits is left",
      [rolled, preview],
      [],
      { is: "waiting", why: "clinical/model is paused: waits to be promoted" },
    ],
    [
      "one was refused, whatever else there is",
      [preview, refused],
      ["clinical/other"],
      { is: "wrong", why: "clinical/gateway is degraded at 0 %: latency" },
    ],
    [
      "pods are not there yet",
      [workload("store", { ready: 1 })],
      ["clinical/other"],
      { is: "under way", what: "clinical/store (1/3), clinical/other" },
    ],
  ];
  for (const [what, workloads, missing, look] of looks) {
    it(`says it: ${what}`, () => {
      const unready = workloads.filter(({ settled, ready, desired }) => !settled || ready < desired);
      assert.deepEqual(judge({ workloads, unready, missing }), look);
    });
  }
});
