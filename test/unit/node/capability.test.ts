/** What keeps a machine from running a real node, each in one line. */
import assert from "node:assert/strict";
import { capability } from "../../../simulation/node/capability.ts";
import type { Machine } from "../../../simulation/node/machine.ts";

/** A machine on which everything is as it should be. */
const able: Machine = {
  platform: "linux",
  architecture: "x64",
  user: 0,
  onPath: () => true,
  exists: () => true,
  canUnshare: () => true,
  controllers: () => ["cpu", "cpuset", "memory", "pids"],
  groupsWritable: () => true,
};

const without =
  (...missing: string[]) =>
  (program: string): boolean =>
    !missing.includes(program);

const refusals: readonly [name: string, change: Partial<Machine>, reason: string, remedy: RegExp][] = [
  ["another system", { platform: "darwin" }, "containers need Linux, and this is darwin", /kind/],
  ["another processor", { architecture: "riscv64" }, "no images are made for riscv64", /arm64/],
  [
    "an ordinary user",
    { user: 1000 },
    "namespaces and control groups need root, and this is user 1000",
    /as root/,
  ],
  ["a missing tool", { onPath: without("ip") }, "`ip` is not on PATH", /iproute2/],
  [
    "no packages",
    { onPath: without("apt-get"), exists: without("/usr/bin/containerd") },
    "there is no apt-get to fetch packages with, and /usr/bin/containerd is missing",
    /Install containerd/,
  ],
  ["no namespaces", { canUnshare: () => false }, "the kernel refuses new namespaces", /privileged/],
  [
    "no memory controller",
    { controllers: () => ["cpu", "pids"] },
    "control groups lack memory",
    /cgroup_enable/,
  ],
  ["read-only groups", { groupsWritable: () => false }, "/sys/fs/cgroup is read-only", /writable/],
];

describe("whether a machine can run a real node", () => {
  it("is able when everything is there", () => {
    assert.deepEqual(capability(able), { able: true });
  });

  it("does without apt where the programs are installed", () => {
    assert.deepEqual(capability({ ...able, onPath: without("apt-get") }), { able: true });
  });

  for (const [name, change, reason, remedy] of refusals) {
    it(`says so: ${name}`, () => {
      const answer = capability({ ...able, ...change });
      assert.ok(!answer.able);
      assert.equal(answer.reason, reason);
      assert.match(answer.remedy, remedy);
      assert.ok(!`${answer.reason}${answer.remedy}`.includes("\n"));
    });
  }
});
