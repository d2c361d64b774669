import assert from "node:assert/strict";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ProcessDefinition } from "../../../simulation/control-plane/processes.ts";
import { atFolder } from "../../../simulation/folder.ts";
import { isAlive, ownIdentity } from "../../../simulation/process/identity.ts";
import { settled } from "../../../simulation/supervision/complaints.ts";
import { beginLog, boundLog, lastLines } from "../../../simulation/supervision/logs.ts";
import { readState, writeState } from "../../../simulation/supervision/state.ts";
import { SupervisedProcess } from "../../../simulation/supervision/supervised-process.ts";

describe("supervision", () => {
  const folder = mkdtempSync(join(tmpdir(), "quint-supervision-"));
  const paths = atFolder(folder, "dev");
  const log = join(folder, "program.log");
  afterEach(() => {
    rmSync(log, { force: true });
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  async function until(awaited: () => boolean): Promise<void> {
    const deadline = Date.now() + 60_000;
    while (!awaited()) {
      assert.ok(Date.now() < deadline, awaited.toString());
      await sleep(20);
    }
  }
  function supervise(script: string): SupervisedProcess {
    const definition: ProcessDefinition = {
      name: "program",
      program: "/bin/sh",
      arguments: ["-c", script],
      endsWithin: 0.5,
    };
    return new SupervisedProcess(definition, { log, environment: process.env, changed: () => undefined });
  }

  it("starts a process again when it is killed, and counts it", async () => {
    const supervised = supervise("exec sleep 60");
    supervised.start();
    const first = supervised.state.identity;
    assert.ok(first);
    process.kill(first.pid, "SIGKILL");
    await until(() => supervised.state.restarts === 1 && supervised.state.identity !== undefined);
    assert.equal(supervised.state.lastEnd, "SIGKILL");
    assert.notEqual(supervised.state.identity.pid, first.pid);
    await supervised.stop();
  });

  it("waits longer before each restart, and keeps the last words of one that dies at once", async () => {
    const supervised = supervise("echo going; echo panic: no store; exit 3");
    supervised.start();
    await until(() => supervised.state.restarts >= 3);
    assert.equal(supervised.state.lastEnd, "exit code 3");
    await until(() => supervised.lastWords().includes("panic: no store"));
    await supervised.stop();
    const { identity, restarts } = supervised.state;
    assert.equal(identity, undefined);
    await sleep(200);
    assert.equal(supervised.state.restarts, restarts);
  });

  it("ends a process for good, also one that does not listen", async () => {
    for (const script of ["exec sleep 60", "trap '' TERM; while :; do sleep 0.1; done"]) {
      const supervised = supervise(script);
      supervised.start();
      await sleep(100);
      const identity = supervised.state.identity;
      assert.ok(identity);
      await supervised.stop();
      assert.equal(isAlive(identity), false, script);
      assert.equal(supervised.state.restarts, 0);
    }
  });

  it("says that a program is missing instead of dying itself", async () => {
    const definition: ProcessDefinition = {
      name: "none",
      program: "/nowhere/none",
      arguments: [],
      endsWithin: 1,
    };
    const supervised = new SupervisedProcess(definition, {
      log,
      environment: process.env,
      changed: () => undefined,
    });
    supervised.start();
    await until(() => supervised.state.lastEnd !== undefined);
    assert.match(`${supervised.state.lastEnd ?? ""} ${supervised.lastWords()}`, /ENOENT|No such file/);
    await supervised.stop();
  });

  it("keeps logs bounded: a new one each start, the last one beside it, a large one moved aside", () => {
    mkdirSync(paths.logsFolder, { recursive: true });
    const path = beginLog(paths, "etcd");
    writeFileSync(path, "first\n");
    assert.equal(beginLog(paths, "etcd"), path);
    assert.equal(existsSync(path), false);
    assert.equal(readFileSync(`${path}.1`, "utf8"), "first\n");
    appendFileSync(path, "x".repeat(9 * 1024 * 1024));
    boundLog(path);
    assert.equal(statSync(path).size, 0);
    assert.equal(statSync(`${path}.1`).size, 9 * 1024 * 1024);
  });

  it("shows the line that names the cause before the last lines of a log", () => {
    writeFileSync(
      log,
      ["before", "panic: no store", ...Array.from({ length: 20 }, (_, n) => `trace ${n}`)].join("\n"),
    );
    assert.deepEqual(lastLines(log, 0, 2).split("\n"), ["panic: no store", "trace 18", "trace 19"]);
    assert.equal(lastLines(join(folder, "none")), "");
  });

  it("refuses a cluster in which a process keeps dying, with its last lines", async () => {
    const dying = {
      name: "kwok",
      identity: undefined,
      restarts: 6,
      upSince: new Date().toISOString(),
      lastEnd: "exit code 2",
    };
    writeState(paths, { supervisor: ownIdentity(), phase: "running", startedAt: "", processes: [dying] });
    writeFileSync(join(paths.logsFolder, "kwok.log"), "no kubeconfig\n");
    await assert.rejects(settled(paths), (error: Error) => {
      assert.match(
        error.message,
        /^The cluster does not settle\.\nkwok died \(exit code 2\) and was started again 6 times\./,
      );
      assert.match(error.message, /no kubeconfig$/);
      return true;
    });
    const restarted = { ...dying, identity: ownIdentity(), restarts: 1, upSince: "2026-01-01T00:00:00.000Z" };
    writeState(paths, { supervisor: ownIdentity(), phase: "running", startedAt: "", processes: [restarted] });
    await settled(paths);
    assert.equal(readState(paths)?.processes[0]?.restarts, 1);
  });
});
