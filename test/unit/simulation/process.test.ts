import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  isAlive,
  ownIdentity,
  parsePs,
  seeProcess,
  seeProcesses,
} from "../../../simulation/process/identity.ts";
import { belongsTo } from "../../../simulation/process/leftovers.ts";
import { readHolder, tryLock, withLock } from "../../../simulation/process/lock.ts";

describe("a process' identity", () => {
  it("holds while the process lives, and not for another process with its pid", () => {
    assert.equal(isAlive(ownIdentity()), true);
    assert.equal(isAlive({ pid: process.pid, started: "another start" }), false);
  });

  it("ends with the process", async () => {
    const child = spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"]);
    const identity = seeProcess(child.pid ?? 0);
    assert.ok(identity && isAlive(identity));
    child.kill("SIGKILL");
    await once(child, "exit");
    assert.equal(isAlive(identity), false);
  });

  it("comes with the command line and the memory", () => {
    const own = seeProcesses().find(({ pid }) => pid === process.pid);
    assert.ok(own && own.memoryBytes > 10_000_000);
    assert.match(own.command, /mocha/);
  });

  it("is read from `ps` where there is no /proc", () => {
    const output = [
      "    1   9216 Ss   Fri Nov 20 09:15:01 2026     /sbin/launchd",
      " 4711  51200 S+   Sat Nov 21 10:00:59 2026     /Users/a b/etcd --data-dir=/Users/a b/q/etcd",
      " 4712      0 Z    Sat Nov 21 10:01:00 2026     (kwok)",
      "",
    ].join("\n");
    assert.deepEqual(parsePs(output)[1], {
      pid: 4711,
      started: "Sat Nov 21 10:00:59 2026",
      command: "/Users/a b/etcd --data-dir=/Users/a b/q/etcd",
      memoryBytes: 52_428_800,
    });
    assert.equal(parsePs(output).length, 2);
  });
});

describe("a lock", () => {
  const folder = mkdtempSync(join(tmpdir(), "quint-lock-"));
  const path = join(folder, "lock");
  afterEach(() => {
    rmSync(path, { force: true });
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("is refused while its holder lives, and names the holder", () => {
    assert.equal(tryLock(path), undefined);
    assert.equal(tryLock(path)?.pid, process.pid);
  });

  it("is taken over from a holder that died, even when its pid lives again", () => {
    for (const stale of [
      { pid: 4_194_304, started: "x" },
      { pid: process.pid, started: "before the last boot" },
    ]) {
      writeFileSync(path, JSON.stringify(stale));
      assert.equal(tryLock(path), undefined);
      assert.deepEqual(readHolder(path), ownIdentity());
      rmSync(path);
    }
  });

  it("is taken over from a file that makes no sense", () => {
    writeFileSync(path, "half a li");
    assert.equal(tryLock(path), undefined);
  });

  it("lets one work at a time, and says once who is waited for", async () => {
    const order: string[] = [];
    const waited: number[] = [];
    const work = (name: string) => async (): Promise<void> => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 250));
      order.push(`${name} ends`);
    };
    const note = (holder: number): void => {
      waited.push(holder);
    };
    await Promise.all([withLock(path, work("one"), note), withLock(path, work("two"), note)]);
    assert.deepEqual(order, ["one begins", "one ends", "two begins", "two ends"]);
    assert.deepEqual(waited, [process.pid]);
    assert.equal(existsSync(path), false);
  });

  it("is let go when the work fails", async () => {
    await assert.rejects(
      withLock(path, () => Promise.reject(new Error("no"))),
      /no/,
    );
    assert.equal(existsSync(path), false);
  });
});

describe("a left process", () => {
  const folder = "/clone/.quint/clusters/dev";
  const cases: readonly [command: string, belongs: boolean][] = [
    [`/cache/etcd --data-dir=${folder}/etcd`, true],
    [`/cache/kwok --config=${folder}/kwok.yaml`, true],
    [`/usr/bin/node /clone/simulation/supervisor.ts ${folder} dev`, true],
    [`setpriv --pdeathsig KILL /cache/etcd --data-dir=${folder}/etcd`, true],
    [`/usr/bin/vim ${folder}/cluster.json`, false],
    [`ls --color ${folder}/etcd`, false],
    [`grep -r etcd --include=*.log ${folder}/logs`, false],
    [`/cache/etcd --data-dir=${folder}-two/etcd`, false],
    ["/cache/etcd --data-dir=/clone/.quint/clusters/other/etcd", false],
    [`/usr/bin/node /clone/simulation/supervisor.ts ${folder}-two dev-two`, false],
  ];
  for (const [command, belongs] of cases) {
    it(`${belongs ? "is" : "is not"} \`${command}\``, () => {
      assert.equal(belongsTo(folder, { command }), belongs);
    });
  }
});
