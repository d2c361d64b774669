/** The journal of a restore: what an interrupted one goes on with, and whose it is. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandError } from "../../../automation/exit.ts";
import {
  begin,
  claimed,
  journalIn,
  readRestoreJournal,
  unfinished,
  unfinishedRestore,
  writeRestoreJournal,
} from "../../../automation/recovery/journal.ts";
import { inPlace } from "../../../automation/recovery/places.ts";
import { ownIdentity, seeProcess } from "../../../simulation/process/identity.ts";
import { at, begun } from "./restore-cluster.ts";

describe("the journal of a restore", () => {
  const folder = mkdtempSync(join(tmpdir(), "quint-restore-"));
  const file = journalIn(folder);
  const asked = { stack: "production", platform: "health-data", at: at.toISOString(), to: inPlace };
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("has the same command go on where it stood, under the names of the first run", () => {
    const first = begin(file, asked, begun);
    // Of a process that has died: nobody has this number.
    writeRestoreJournal(file, { ...first, done: ["settings"], process: { pid: 2 ** 22 + 1, started: "0" } });
    const second = begin(file, asked, new Date());
    assert.deepEqual([second.begun, second.done], [begun.toISOString(), ["settings"]]);
  });

  it("refuses another restore until it is finished", () => {
    assert.throws(
      () => begin(file, { ...asked, to: "look" }, begun),
      ({ message, remedies }: CommandError) =>
        message.startsWith("Unfinished: restore health-data") &&
        remedies.join().includes("./quint restore health-data --abort --stack production"),
    );
  });

  it("says to everybody else that it is unfinished, which sync rests, and how it is given up", () => {
    const left = readRestoreJournal(file)!;
    assert.match(
      unfinishedRestore(left)!,
      /^Unfinished: restore health-data .* --abort --stack production` gives it up\.$/,
    );
    assert.match(
      unfinishedRestore({ ...left, automated: { one: {}, two: {} } })!,
      /automated sync of one, two is paused/,
    );
    assert.equal(unfinishedRestore({ ...left, process: ownIdentity() }), undefined);
  });

  it("is given up by its own platform alone", () => {
    assert.deepEqual(unfinished(file, "health-data").done, ["settings"]);
    assert.throws(() => unfinished(file, "cancer"), /is one of health-data/);
    assert.throws(
      () => unfinished(join(folder, "none.json"), "cancer"),
      /No restore of cancer is unfinished/,
    );
  });

  it("is one process's alone: of several that looked at the same time one begins, or goes on", async () => {
    const raced = join(folder, "raced.json");
    const says = /Another restore began meanwhile: restore health-data/;
    for (const looked of [begin(raced, asked, begun), { ...readRestoreJournal(file)!, done: ["one"] }]) {
      if (looked.done.length > 0) writeRestoreJournal(raced, looked);
      // Both saw the same, and had their answers.
      const [first, second] = [begin(raced, asked, begun), begin(raced, asked, begun)];
      (await claimed(raced, first)).keep({ done: ["first"] });
      await assert.rejects(claimed(raced, second), says);
      assert.deepEqual(readRestoreJournal(raced), { ...first, done: ["first"], process: ownIdentity() });
    }
  });

  it("refuses a second one while it is under way", () => {
    const parent = { pid: process.ppid, started: seeProcess(process.ppid)?.started ?? "" };
    writeRestoreJournal(file, {
      version: 1,
      ...asked,
      begun: begun.toISOString(),
      done: [],
      process: parent,
    });
    assert.throws(() => begin(file, asked, begun), /Under way \(process \d+\): restore health-data/);
    assert.throws(() => unfinished(file, "health-data"), /Under way/);
  });
});
