/** What follows a promotion: watched as a deploy is, and taken back where it is not good. */
import assert from "node:assert/strict";
import type { Verdict } from "../../../automation/delivery/operation.ts";
import { afterPromotion } from "../../../automation/delivery/promotion.ts";
import type { WatchResult } from "../../../automation/delivery/watch.ts";

describe("a promotion", () => {
  const trigger = { name: "error-rate", reason: "3 % fail" } as const;
  const well: Verdict = { notes: ["asked"] };
  const cases: readonly (readonly [
    what: string,
    of: { readonly verdict?: Verdict; readonly watched?: WatchResult; readonly stuck?: string },
    done: readonly string[],
    ending: object,
  ])[] = [
    [
      "is watched once it is in",
      {},
      ["watched"],
      { result: "succeeded", serving: "v2", notes: ["asked", "seen"] },
    ],
    [
      "that waits again is neither watched nor taken back",
      { verdict: { waiting: "a pause", notes: [] } },
      [],
      { result: "waiting", because: "a pause", notes: [] },
    ],
    [
      "that is refused is taken back",
      { verdict: { wrong: "degraded", notes: [] } },
      ["back: degraded"],
      { result: "rolled-back", because: "degraded", serving: "v1", notes: [] },
    ],
    [
      "whose version pulls a trigger is taken back",
      { watched: { trigger, notes: [] } },
      ["watched", "back: error-rate: 3 % fail"],
      { result: "rolled-back", because: "error-rate: 3 % fail", serving: "v1", notes: ["asked"] },
    ],
    [
      "that cannot be taken back has failed, and says why",
      { watched: { trigger, notes: [] }, stuck: "no right to push" },
      ["watched", "back: error-rate: 3 % fail"],
      {
        result: "failed",
        because: "error-rate: 3 % fail",
        notes: ["asked", "not taken back: no right to push"],
      },
    ],
  ];
  for (const [what, { verdict = well, watched = { notes: ["seen"] }, stuck }, done, ending] of cases) {
    it(what, async () => {
      const log: string[] = [];
      let serving = "v2";
      const world = {
        validate: () => Promise.resolve(verdict),
        watch: () => {
          log.push("watched");
          return Promise.resolve(watched);
        },
        serving: () => serving,
        say: () => undefined,
      };
      const takeBack = (because: string): Promise<void> => {
        log.push(`back: ${because}`);
        if (stuck !== undefined) return Promise.reject(new Error(stuck));
        serving = "v1";
        return Promise.resolve();
      };
      assert.deepEqual(await afterPromotion({ world, namespaces: ["a"], takeBack }), ending);
      assert.deepEqual(log, done);
    });
  }
});
