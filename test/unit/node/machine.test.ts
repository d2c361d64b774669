/** What a node puts on the machine: a link and control groups, and folders for volumes. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApiClient, ApiObject } from "../../../simulation/api/client.ts";
import { groupFolders, hierarchiesIn, isUnified } from "../../../simulation/node/cgroups.ts";
import { linkOf } from "../../../simulation/node/link.ts";
import { clearMachine, writeMachineState } from "../../../simulation/node/machine-state.ts";
import { syncVolumes } from "../../../simulation/node/volumes.ts";

const nothing = (): ReadonlyMap<string, readonly string[]> => new Map();

describe("a node's link", () => {
  it("is the same at every start and another for every clone and stack", () => {
    const folders = [
      "/a/.quint/clusters/dev/node",
      "/b/.quint/clusters/dev/node",
      "/a/.quint/clusters/qa/node",
    ];
    const links = folders.map((folder) => linkOf(folder, nothing));
    assert.deepEqual(linkOf(folders[0]!, nothing), links[0]);
    assert.equal(new Set(links.map(({ name }) => name)).size, 3);
    for (const { name, machine, node } of links) {
      assert.ok(name.length <= 15, "Linux takes no longer names");
      const [low, high] = [machine, node].map((address) => Number(address.split(".").at(-1)));
      assert.equal(low! % 4, 1);
      assert.equal(high, low! + 1);
      assert.match(machine, /^198\.19\./);
    }
  });

  it("keeps off addresses of other links, and not off its own of an earlier start", () => {
    const folder = "/a/node";
    const first = linkOf(folder, nothing);
    assert.deepEqual(
      linkOf(folder, () => new Map([[first.name, [first.machine]]])),
      first,
    );
    const other = linkOf(folder, () => new Map([["quint-ffffffff", [first.machine]]]));
    assert.notEqual(other.machine, first.machine);
  });
});

describe("control groups", () => {
  it("of version 1 are below the ones that this process is in", () => {
    const own = hierarchiesIn("4:memory:/here\n2:cpu,cpuacct:/\n1:name=systemd:/x\n0::/\n");
    assert.equal(isUnified(own), false);
    assert.deepEqual(
      own.map(({ controllers }) => controllers),
      ["memory", "cpu,cpuacct", "name=systemd", ""],
    );
  });

  it("of version 2 are at the top", () => {
    const own = hierarchiesIn("0::/user.slice/session.scope\n");
    assert.equal(isUnified(own), true);
    assert.deepEqual(groupFolders("quint-01234567", own), ["/sys/fs/cgroup/quint-01234567"]);
  });
});

describe("what an ended node left", () => {
  it("is cleared away once, also when there is nothing left to clear", async () => {
    const cluster = mkdtempSync(join(tmpdir(), "quint-node-"));
    const group = join(cluster, "group");
    mkdirSync(join(cluster, "node"));
    mkdirSync(join(group, "k8s.io", "container"), { recursive: true });
    writeMachineState(cluster, {
      link: "quint-none",
      groups: [group, join(cluster, "gone")],
      // A process of a boot long ago.
      holder: { pid: process.pid, started: "another-boot/1" },
    });
    assert.deepEqual(await clearMachine(cluster), []);
    assert.ok(!existsSync(group));
    assert.deepEqual(await clearMachine(cluster), []);
    rmSync(cluster, { recursive: true });
  });
});

describe("folders of volumes", () => {
  const uid = "0f0e0d0c-0000-4000-8000-000000000001";
  const volume = (name: string, by?: string): ApiObject => ({
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: {
      name,
      ...(by === undefined ? {} : { annotations: { "pv.kubernetes.io/provisioned-by": by } }),
    },
  });
  const clientWith = (...volumes: ApiObject[]): ApiClient =>
    ({ list: () => Promise.resolve(volumes) }) as unknown as ApiClient;

  it("are made for anyone to write, and go with their volume; nothing else is touched", async () => {
    const folder = mkdtempSync(join(tmpdir(), "quint-volumes-"));
    mkdirSync(join(folder, "mine"));
    const foreign = volume("pvc-0f0e0d0c-0000-4000-8000-000000000002", "example.com/other");
    await syncVolumes(
      clientWith(volume(`pvc-${uid}`, "quint.dev/block"), foreign, volume("../up", "quint.dev/block")),
      folder,
    );
    assert.deepEqual(readdirSync(folder).sort(), ["mine", `pvc-${uid}`]);
    assert.equal(statSync(join(folder, `pvc-${uid}`)).mode & 0o777, 0o777);
    writeFileSync(join(folder, `pvc-${uid}`, "data"), "kept");
    await syncVolumes(clientWith(volume(`pvc-${uid}`, "quint.dev/block")), folder);
    assert.ok(existsSync(join(folder, `pvc-${uid}`, "data")));
    await syncVolumes(clientWith(), folder);
    assert.deepEqual(readdirSync(folder), ["mine"]);
    rmSync(folder, { recursive: true });
  });
});
