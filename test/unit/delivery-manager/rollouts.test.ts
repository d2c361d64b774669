/** Going on and back with Argo Rollouts: the patches of its kubectl plugin (promote.go, abort.go of v1.10.2). */
import assert from "node:assert/strict";
import type { Client } from "../../../automation/cluster/access.ts";
import {
  abortion,
  isPaused,
  isProgressing,
  patchRollout,
  promotion,
  type Rollout,
  type RolloutPatch,
} from "../../../automation/delivery/rollouts.ts";

const rollout = (status: Rollout["status"], spec: Rollout["spec"] = canary): Rollout => ({
  metadata: { name: "api", namespace: "apps" },
  spec,
  ...(status === undefined ? {} : { status }),
});
const canary: Rollout["spec"] = { strategy: { canary: { steps: [{}, {}, {}] } } };
const blueGreen: Rollout["spec"] = { strategy: { blueGreen: {} } };
const pauseConditions = [{ reason: "CanaryPauseStep" }];

describe("a Rollout", () => {
  const patches: readonly (readonly [what: string, of: Rollout, full: boolean, patch: RolloutPatch])[] = [
    [
      "paused at a step",
      rollout({ pauseConditions, currentStepIndex: 1 }),
      false,
      { status: { pauseConditions: null } },
    ],
    [
      "in an analysis",
      rollout({ currentStepIndex: 1 }),
      false,
      { status: { pauseConditions: null, currentStepIndex: 2 } },
    ],
    [
      "at its last step",
      rollout({ currentStepIndex: 3 }),
      false,
      { status: { pauseConditions: null, currentStepIndex: 3 } },
    ],
    [
      "with an inconclusive analysis",
      rollout({
        pauseConditions,
        controllerPause: true,
        currentStepIndex: 0,
        canary: { currentStepAnalysisRunStatus: { status: "Inconclusive" } },
      }),
      false,
      { status: { pauseConditions: null, controllerPause: false, currentStepIndex: 1 } },
    ],
    [
      "a paused preview",
      rollout({ pauseConditions }, blueGreen),
      false,
      { status: { pauseConditions: null } },
    ],
    ["paused by hand", rollout({}, { ...blueGreen, paused: true }), false, { spec: { paused: false } }],
    [
      "past everything",
      rollout({ currentPodHash: "b", stableRS: "a" }),
      true,
      { status: { promoteFull: true } },
    ],
    ["nothing new", rollout({ currentPodHash: "a", stableRS: "a" }), true, {}],
  ];
  for (const [what, of, full, patch] of patches) {
    it(`is promoted: ${what}`, () => {
      assert.deepEqual(promotion(of, full), patch);
    });
  }

  it("is under way while the latest pods are not the stable ones, and it was not aborted", () => {
    assert.equal(isProgressing(rollout({ currentPodHash: "b", stableRS: "a" })), true);
    assert.equal(isProgressing(rollout({ currentPodHash: "b", stableRS: "a", abort: true })), false);
    assert.equal(isProgressing(rollout({ currentPodHash: "a", stableRS: "a" })), false);
    assert.equal(isPaused(rollout({ phase: "Paused" })), true);
  });

  it("is patched by its subresource: status and spec each on their own", async () => {
    const calls: unknown[] = [];
    const called = (what: string) => (of: { body: unknown; name: string }) => {
      calls.push([what, of.name, of.body]);
      return Promise.resolve({});
    };
    const client = {
      custom: {
        patchNamespacedCustomObject: called("spec"),
        patchNamespacedCustomObjectStatus: called("status"),
      },
    } as unknown as Client;
    await patchRollout(client, rollout(undefined), abortion);
    await patchRollout(client, rollout(undefined), { spec: { paused: false } });
    assert.deepEqual(calls, [
      ["status", "api", { status: { abort: true } }],
      ["spec", "api", { spec: { paused: false } }],
    ]);
  });
});
