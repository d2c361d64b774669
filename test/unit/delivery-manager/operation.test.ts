/** An operation: carried out, taken back, and killed in the middle for real. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { claimJournal, readJournal, refuseUnderWay } from "../../../automation/delivery/journal.ts";
import { carryOutOperation, errorOf, undoOperation } from "../../../automation/delivery/operation.ts";
import { endingOf, failure, interrupted } from "../../../automation/exit.ts";
import { fileWorld, journalOf, type Failures } from "./file-world.ts";

describe("an operation", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "quint-operation-"));
    writeFileSync(join(folder, "stack"), "before");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const stackText = (): string => readFileSync(join(folder, "stack"), "utf8");
  /** What was done, as the history has it: what was applied, and how it ended. */
  const done = (): string[] => readFileSync(join(folder, "history"), "utf8").trimEnd().split("\n");
  const left = () => readJournal(join(folder, "journal"));
  const run = (failures: Failures = {}, over: Parameters<typeof journalOf>[1] = {}) =>
    carryOutOperation(fileWorld(folder, failures), journalOf(folder, over));

  it("brings one text after the other to the cluster, and records how it ended", async () => {
    const { result } = await run();
    assert.equal(result, "succeeded");
    assert.deepEqual(done(), [
      "applied one: first",
      "applied two: second",
      "watched",
      "applied three: third",
      "succeeded, users get v1",
    ]);
    assert.equal(stackText(), "third");
    assert.equal(left(), undefined);
  });

  const wrong: readonly (readonly [what: string, failures: Failures, because: RegExp, last: string])[] = [
    ["the engine fails", { apply: { two: failure("quota") } }, /quota/, "applied two: second"],
    [
      "a server is not ready",
      { validate: { two: { wrong: "not ready", notes: [] } } },
      /not ready/,
      "applied two: second",
    ],
    [
      "a trigger is pulled",
      { trigger: { name: "error-rate", reason: "3 % fail" } },
      /^error-rate: 3 % fail$/,
      "watched",
    ],
  ];
  for (const [what, failures, because, last] of wrong) {
    it(`is taken back by itself when ${what}, and says why`, async () => {
      const ending = await run(failures, { fallback: "all back" });
      assert.equal(ending.result, "rolled-back");
      assert.match(ending.because ?? "", because);
      assert.deepEqual(done().slice(done().indexOf(last)), [
        last,
        "applied taken back: all back",
        "rolled-back, users get v1",
      ]);
      assert.equal(stackText(), "all back");
      assert.equal(left(), undefined);
    });
  }

  it("stays where it is when it is a rollback that fails", async () => {
    const { result } = await run({ validate: { one: { wrong: "down", notes: [] } } }, { takesBack: false });
    assert.equal(result, "failed");
    assert.equal(stackText(), "first");
  });

  it("withdraws its settings when it fails before anything was changed", async () => {
    await assert.rejects(run({ refused: true }), /settings/);
    assert.equal(stackText(), "before");
    assert.equal(left(), undefined);
  });

  it("keeps its journal when another process began it, and nothing can be begun now", async () => {
    for (const done of [0, 1]) {
      const killed = { done, process: { pid: 1, started: "before" } };
      await assert.rejects(run({ refused: true }, killed), /settings/);
      assert.deepEqual([left()?.done, left()?.undoing], [done, false]);
    }
  });

  it("waits for promotion without calling that good or bad", async () => {
    const ending = await run({ validate: { one: { waiting: "api is paused", notes: [] } } });
    assert.deepEqual([ending.result, ending.because], ["waiting", "api is paused"]);
    const error = errorOf(ending, "deploy cancer", "cancer --stack production");
    assert.equal(endingOf(error), "waiting");
    assert.match(error?.message ?? "", /waits for a person: api is paused/);
    assert.match(error?.remedies.join() ?? "", /quint promote cancer --stack production/);
    // What waits is nobody's good version yet.
    assert.equal(done().at(-1), "waiting, users get v0");
  });

  it("keeps what somebody wrote into the stack file meanwhile, and goes on with its own", async () => {
    const world = fileWorld(folder);
    const watch: typeof world.watch = (namespaces) => {
      writeFileSync(join(folder, "stack"), "by hand");
      return world.watch(namespaces);
    };
    const ending = await carryOutOperation({ ...world, watch }, journalOf(folder));
    assert.equal(stackText(), "third");
    assert.equal(readFileSync(join(folder, "edited"), "utf8"), "by hand");
    assert.deepEqual(ending.notes, ["the stack file was edited meanwhile; what it said is kept in edited"]);
  });

  it("is one at a time: of several that begin at once one gets the stack", async () => {
    const file = join(folder, "journal");
    await claimJournal(file, journalOf(folder));
    const other = { ...journalOf(folder), request: "another" };
    const says = /Another operation began meanwhile: deploy chest-xray/;
    await assert.rejects(claimJournal(file, other), says);
    assert.equal(left()?.request, "deploy");
    // Who goes on with what was left unfinished has to be the first, too.
    const found = left();
    await claimJournal(file, { ...journalOf(folder), done: 1 }, found);
    await assert.rejects(claimJournal(file, other, found), says);
    assert.equal(left()?.done, 1);
    assert.deepEqual(readdirSync(folder).sort(), ["journal", "stack"]);
  });

  it("keeps its journal when it is interrupted", async () => {
    await assert.rejects(run({ apply: { two: interrupted("ctrl-C") } }), /ctrl-C/);
    assert.equal(left()?.done, 1);
  });

  describe("whose process is killed in the middle", () => {
    beforeEach(async () => {
      const script = join(import.meta.dirname, "hanging-operation.ts");
      const child = spawn(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "inherit"] });
      const ended = new Promise((resolve) => child.once("close", resolve));
      await new Promise<void>((resolve, reject) => {
        child.stdout.on("data", (data: Buffer) => {
          if (data.toString().includes("hangs")) resolve();
        });
        child.once("close", () => {
          reject(new Error("it ended by itself"));
        });
      });
      assert.throws(() => {
        refuseUnderWay(left());
      }, /Under way/);
      child.kill("SIGKILL");
      await ended;
    });

    it("is finished by the next one, from the step where it stood", async () => {
      const journal = left();
      assert.deepEqual([journal?.done, stackText()], [1, "second"]);
      refuseUnderWay(journal);
      const { result } = await carryOutOperation(fileWorld(folder), journal!);
      assert.equal(result, "succeeded");
      assert.deepEqual(done(), [
        "applied one: first",
        "applied two: second",
        "watched",
        "applied three: third",
        "succeeded, users get v1",
      ]);
    });

    it("is undone by the next one", async () => {
      const { result } = await undoOperation(fileWorld(folder), left()!, "aborted");
      assert.equal(result, "undone");
      assert.equal(stackText(), "before");
      assert.equal(left(), undefined);
    });
  });
});
