/** Locks on a state: dead ones go, living ones are named. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  isStale,
  lockedBy,
  locksIn,
  locksInMessage,
  removeStaleLocks,
  type StateLock,
} from "../../../automation/engine/locks.ts";

const lock: StateLock = { pid: 4711, username: "ada", hostname: "here", timestamp: "2026-01-02T03:04:05Z" };
const machine = (...alive: number[]) => ({ hostname: "here", isAlive: (pid: number) => alive.includes(pid) });

describe("locks of the state", () => {
  it("are stale when their process is gone, and only on this machine", () => {
    assert.equal(isStale(lock, machine()), true);
    assert.equal(isStale(lock, machine(4711)), false);
    assert.equal(isStale({ ...lock, hostname: "elsewhere" }, machine()), false);
  });

  it("are not held by another program that got the pid since", () => {
    assert.equal(isStale({ ...lock, hostname: hostname(), pid: process.pid }), true, "this is no engine");
  });

  it("are read from a folder backend, and the dead ones removed with their attributes", () => {
    const root = mkdtempSync(join(tmpdir(), "quint-locks-"));
    try {
      const folder = join(root, ".pulumi", "locks", "organization", "quint", "dev");
      mkdirSync(folder, { recursive: true });
      const dead = spawnSync("true").pid;
      for (const [name, pid, host] of [
        ["dead", dead, hostname()],
        ["far", dead, "elsewhere"],
      ] as const) {
        writeFileSync(join(folder, `${name}.json`), JSON.stringify({ ...lock, pid, hostname: host }));
        writeFileSync(join(folder, `${name}.json.attrs`), "{}");
      }
      writeFileSync(join(folder, "half.json"), "{");
      const backend = pathToFileURL(root).href;
      const locks = locksIn(backend, "quint", "dev");
      assert.deepEqual(locks.map((found) => found.hostname).sort(), ["elsewhere", hostname()].sort());
      assert.deepEqual(
        removeStaleLocks(locks).map(({ pid }) => pid),
        [dead],
      );
      assert.deepEqual(readdirSync(folder).sort(), ["far.json", "far.json.attrs", "half.json"]);
      assert.ok(existsSync(join(folder, "far.json")));
      assert.deepEqual(locksIn(backend, "quint", "production"), [], "a stack that was never locked");
      assert.deepEqual(locksIn("s3://bucket", "quint", "dev"), [], "no folder");
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it("are recognised in the engine's own refusal, whatever the backend", () => {
    const message =
      "error: the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete the " +
      "lock file with `pulumi cancel`.\n" +
      "  s3://state/.pulumi/locks/organization/quint/dev/1.json: created by ada@ci-7 (pid 12) at 2026-01-02T03:04:05Z\n" +
      "  s3://state/.pulumi/locks/organization/quint/dev/2.json: created by bob@here (pid 34) at 2026-01-02T03:05:00Z";
    assert.deepEqual(locksInMessage(message), [
      { username: "ada", hostname: "ci-7", pid: 12, timestamp: "2026-01-02T03:04:05Z" },
      { username: "bob", hostname: "here", pid: 34, timestamp: "2026-01-02T03:05:00Z" },
    ]);
    assert.deepEqual(locksInMessage("error: something else"), []);
  });

  it("that live are refused by name: process, person, machine", () => {
    const refusal = lockedBy("dev", [lock, { ...lock, hostname: "ci-7", pid: 12 }], machine(4711));
    assert.equal(refusal.ending, "declined");
    assert.equal(
      refusal.message,
      "The state of dev is locked by process 4711 of ada on this machine, since 2026-01-02T03:04:05Z, " +
        "and by process 12 of ada on ci-7, since 2026-01-02T03:04:05Z.",
    );
  });
});
