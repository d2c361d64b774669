/** The moment that a restore brings back: which times are taken, and all that is archived in place of one. */
import assert from "node:assert/strict";
import { momentOf, pointInTime } from "../../../automation/recovery/moment.ts";
import { at, begun } from "./restore-cluster.ts";

describe("the point in time of a restore", () => {
  it("is one with its zone that has been", () => {
    assert.equal(pointInTime("2026-11-20T10:15:00+02:00", begun), "2026-11-20T08:15:00.000Z");
  });

  it("or all that is archived, as of the first run", () => {
    const moment = momentOf({ at: pointInTime("latest", new Date()), begun: begun.toISOString() });
    assert.deepEqual(moment, { at: begun, latest: true });
    assert.deepEqual(momentOf({ at: at.toISOString(), begun: begun.toISOString() }), { at });
  });

  const wrong: readonly (readonly [text: string, says: RegExp])[] = [
    ["yesterday", /is no time with its zone/],
    ["2026-11-20T10:15:00", /is no time with its zone/],
    ["11/10/2026 10:00Z", /is no time with its zone/],
    ["2026-02-30T10:00:00Z", /is no time with its zone/],
    ["2026-11-21T08:00:01Z", /lies in the future/],
  ];
  for (const [text, says] of wrong)
    it(`not ${text}`, () => {
      assert.throws(() => pointInTime(text, begun), says);
    });
});
