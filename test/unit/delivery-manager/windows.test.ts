/** Sync windows, as Argo CD evaluates them. */
import assert from "node:assert/strict";
import { checkWindows } from "../../../automation/delivery/permission.ts";
import { windowsState } from "../../../automation/delivery/windows.ts";
import { CommandError } from "../../../automation/exit.ts";
import { describePlatforms } from "../../../platforms/index.ts";
import type { SyncWindowSpec } from "../../../platforms/model/index.ts";
import { settingsOf } from "../../support/stacks.ts";

const window = (schedule: string, hours: number, over: Partial<SyncWindowSpec> = {}): SyncWindowSpec => ({
  schedule,
  hours,
  timeZone: "Etc/UTC",
  manualSync: true,
  ...over,
});
const office = window("0 9 * * 1-5", 8);
const noOffice = window("0 8 * * 1-5", 9, { kind: "deny" });
const night = window("0 22 * * *", 4);

describe("sync windows", () => {
  const cases: readonly (readonly [
    what: string,
    windows: readonly SyncWindowSpec[] | undefined,
    now: string,
    open: boolean,
    opens?: string,
  ])[] = [
    ["none", undefined, "2026-03-07T03:00:00Z", true],
    ["in office hours", [office], "2026-03-06T16:59:00Z", true],
    ["the moment they begin", [office], "2026-03-06T09:00:00Z", true],
    ["the moment they end", [office], "2026-03-06T17:00:00Z", false, "2026-03-09T09:00:00.000Z"],
    ["on Saturday", [office], "2026-03-07T10:00:00Z", false, "2026-03-09T09:00:00.000Z"],
    ["across midnight", [night], "2026-03-07T01:30:00Z", true],
    ["in a denial", [noOffice], "2026-03-06T10:00:00Z", false, "2026-03-06T17:00:00.000Z"],
    ["outside of a denial", [noOffice], "2026-03-07T10:00:00Z", true],
    ["a denial beats an allowance", [office, noOffice], "2026-03-06T10:00:00Z", false],
    [
      "in the window's own time zone",
      [window("0 9 * * 1-5", 8, { timeZone: "America/New_York" })],
      "2026-03-06T13:30:00Z",
      false,
      "2026-03-06T14:00:00.000Z",
    ],
    // Clocks go forward on 29 March 2026: nine o'clock is seven in UTC from then on.
    [
      "in summer time",
      [window("0 9 * * 1-5", 8, { timeZone: "Europe/Berlin" })],
      "2026-03-30T07:00:00Z",
      true,
    ],
  ];
  for (const [what, windows, now, open, opens] of cases) {
    it(`${what}: ${open ? "open" : "closed"}`, () => {
      const state = windowsState(windows, new Date(now));
      assert.equal(state.open, open, state.because);
      if (opens !== undefined) assert.equal(state.opens?.toISOString(), opens);
    });
  }

  const platform = describePlatforms(settingsOf("production")).find(({ name }) => name === "chest-xray")!;
  const context = { platform, stack: "production" };
  const saturday = new Date("2026-03-07T10:00:00Z");

  it("refuse a delivery, and an emergency passes over them with a reason, which is recorded", () => {
    assert.throws(
      () => checkWindows(context, {}, saturday),
      (error: unknown) => error instanceof CommandError && error.ending === "declined",
    );
    assert.throws(
      () => checkWindows(context, { emergency: true }, saturday),
      (error: unknown) => error instanceof CommandError && error.ending === "badInput",
    );
    const { notes, byHand } = checkWindows(context, { emergency: true, reason: "down" }, saturday);
    assert.equal(byHand, true);
    assert.match(
      notes.join("\n"),
      /outside of the windows[^]*passed over the approval by one of quint:chest-xray-admins/,
    );
  });

  it("let it through inside, and say who approves", () => {
    const { notes, byHand } = checkWindows(context, {}, new Date("2026-03-06T10:00:00Z"));
    assert.equal(byHand, false);
    assert.match(notes.join(), /^needs approval by one of quint:chest-xray-admins/);
  });
});
