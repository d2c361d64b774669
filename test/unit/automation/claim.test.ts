/** One run at a time, and what a killed one leaves behind. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Claim } from "../../../automation/engine/claim.ts";
import { workFolderOf } from "../../../automation/paths.ts";
import { seeProcess } from "../../../simulation/process/identity.ts";

describe("the claim on a stack", () => {
  const root = mkdtempSync(join(tmpdir(), "quint-claim-"));
  const work = workFolderOf(root, "dev", false);
  const said: string[] = [];
  const report = (line: string): void => void said.push(line);
  afterEach(() => {
    rmSync(join(root, ".quint"), { recursive: true, force: true });
    said.length = 0;
  });
  after(() => {
    rmSync(root, { recursive: true });
  });

  it("refuses a second run, naming the process and what it does", async () => {
    const claim = await Claim.take("dev", work, report);
    claim.begin("up");
    await assert.rejects(Claim.take("dev", work, report), {
      ending: "declined",
      message: new RegExp(`Another quint \\(process ${process.pid}\\) is working on dev: up, since 20`),
    });
    claim.release();
    (await Claim.take("dev", work, report)).release();
  });

  it("is another one for a stack tried on a simulated cluster in place of its own", async () => {
    const real = await Claim.take("dev", work, report);
    const tried = await Claim.take("dev", workFolderOf(root, "dev", true), report);
    tried.release();
    real.release();
  });

  it("tells what a run that died was doing, and no more once that is settled", async () => {
    const dead = spawnSync("true").pid;
    mkdirSync(work.folder, { recursive: true });
    writeFileSync(work.claim, JSON.stringify({ pid: dead, started: "long ago" }));
    writeFileSync(work.unfinished, JSON.stringify({ doing: "up", since: "2026-01-02T03:04:05Z" }));

    const second = await Claim.take("dev", work, report);
    assert.equal(second.interrupted, "up");
    second.begin("refresh");
    second.finish(false);
    second.release();
    const third = await Claim.take("dev", work, report);
    assert.equal(third.interrupted, "up", "a refresh settles nothing by itself");
    third.begin("up");
    third.finish(true);
    third.release();
    const fourth = await Claim.take("dev", work, report);
    assert.equal(fourth.interrupted, undefined);
    fourth.release();
    assert.equal(existsSync(work.unfinished), false);
  });

  it("notes the engine's process, and waits for one that outlived its quint", async () => {
    const engine = spawn("sleep", ["5"], { stdio: "ignore" });
    assert.ok(engine.pid);
    const first = await Claim.take("dev", work, report);
    first.begin("up");
    first.engineStarted(engine.pid);
    const noted = JSON.parse(readFileSync(work.unfinished, "utf8")) as { engine: unknown };
    assert.deepEqual(noted.engine, { pid: engine.pid, started: seeProcess(engine.pid)?.started });
    first.release();

    const ended = once(engine, "exit");
    const second = await Claim.take("dev", work, report);
    assert.equal(seeProcess(engine.pid), undefined, "taken before the engine had ended");
    assert.match(said.join("\n"), new RegExp(`process ${engine.pid}\\) is still at work`));
    second.release();
    await ended;
  });
});
