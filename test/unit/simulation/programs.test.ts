import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { runGo } from "../../../simulation/programs/build.ts";
import { cachedProgram, cacheFolder } from "../../../simulation/programs/cache.ts";
import { ensureProgram, findOnPath, sameMinor } from "../../../simulation/programs/ensure.ts";
import { pinnedVersion, versionInGoMod } from "../../../simulation/programs/pins.ts";
import { markUsed, pruneBuilds } from "../../../simulation/programs/prune.ts";
import { type ProgramName, programs } from "../../../simulation/programs/table.ts";

describe("programs", () => {
  const names = Object.keys(programs) as ProgramName[];
  const folder = mkdtempSync(join(tmpdir(), "quint-programs-"));
  const path = process.env.PATH ?? "";
  after(() => {
    rmSync(folder, { recursive: true });
  });
  afterEach(() => {
    process.env.PATH = path;
    delete process.env.QUINT_CACHE;
  });
  function program(name: string, prints: string): string {
    const file = join(folder, name);
    writeFileSync(file, `#!/bin/sh\necho '${prints}'\n`);
    chmodSync(file, 0o755);
    return file;
  }

  it("have their version in the go.mod that pins them, and nowhere else", () => {
    for (const name of names) assert.match(pinnedVersion(name), /^v\d+\.\d+\.\d+$/, name);
    assert.equal(pinnedVersion("kubelet"), pinnedVersion("kube-apiserver"));
    const goMod =
      "require (\n\texample.com/a v1.2.3\n\texample.com/ab v2.0.0 // indirect\n)\nrequire example.com/c v0.1.0\n";
    assert.equal(versionInGoMod(goMod, "example.com/ab"), "v2.0.0");
    assert.equal(versionInGoMod(goMod, "example.com/c"), "v0.1.0");
    assert.throws(
      () => versionInGoMod(goMod, "example.com/d"),
      /go\.mod names no version of example\.com\/d/,
    );
  });

  it("are built stamped with their version where they would not know it", () => {
    const stamp = programs["kube-apiserver"].stamp("v1.36.2");
    assert.equal(stamp["k8s.io/component-base/version.gitVersion"], "v1.36.2");
    assert.equal(stamp["k8s.io/component-base/version.gitMinor"], "36");
    assert.deepEqual(programs.pulumi.stamp("v3.250.0"), {
      "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": "v3.250.0",
    });
  });

  it("are taken in the same minor version only", () => {
    assert.equal(sameMinor("v1.36.9", "v1.36.2"), true);
    assert.equal(sameMinor("1.36.2", "v1.36.2"), true);
    assert.equal(sameMinor("v1.3.6", "v1.36.2"), false);
    assert.equal(sameMinor("v2.36.2", "v1.36.2"), false);
    assert.equal(sameMinor(undefined, "v1.36.2"), false);
    assert.equal(sameMinor("unknown", "unknown"), false);
  });

  it("come from PATH when they are of the pinned minor version", async () => {
    const etcd = program("etcd", `etcd Version: ${pinnedVersion("etcd").slice(1)}`);
    process.env.PATH = `${folder}${delimiter}${path}`;
    assert.equal(findOnPath("etcd"), etcd);
    assert.equal(await ensureProgram("etcd"), etcd);
  });

  it("of another version on PATH are passed over; without Go the error says what to install", async () => {
    program("etcd", "etcd Version: 2.0.0");
    process.env.PATH = folder;
    process.env.QUINT_CACHE = join(folder, "cache");
    await assert.rejects(ensureProgram("etcd"), (error: Error) => {
      assert.match(
        error.message,
        /^etcd v\S+ could not be built: there is no Go on PATH\. Install Go 1\.26 or newer/,
      );
      return true;
    });
  });

  it("of a module that cannot be fetched name the proxy as the reason", async () => {
    // Stands in for Go on a machine without a network.
    const go = join(folder, "go");
    writeFileSync(go, "#!/bin/sh\necho 'dial tcp: lookup proxy.example: no such host' >&2\nexit 1\n");
    chmodSync(go, 0o755);
    process.env.PATH = `${folder}${delimiter}${path}`;
    await assert.rejects(runGo(["build"], folder, {}, "etcd could not be built"), (error: Error) => {
      assert.match(error.message, /^etcd could not be built \(go build ended with 1\):/);
      assert.match(error.message, /The Go module proxy cannot be reached\. Set GOPROXY/);
      return true;
    });
    rmSync(go);
  });

  it("of a module whose download broke off are asked for again", async () => {
    const go = join(folder, "go");
    writeFileSync(
      go,
      `#!/bin/sh\n[ -e "${folder}/broken" ] && { echo built; exit 0; }\n: > "${folder}/broken"\necho 'reading m.zip: unexpected EOF' >&2\nexit 1\n`,
    );
    chmodSync(go, 0o755);
    process.env.PATH = `${folder}${delimiter}${path}`;
    assert.equal(await runGo(["build"], folder, {}, "etcd could not be built"), "built\n");
    rmSync(go);
  });

  it("are cached where the user says, else where the machine keeps caches", () => {
    assert.equal(cacheFolder({ QUINT_CACHE: "/somewhere" }), "/somewhere");
    assert.equal(cacheFolder({ XDG_CACHE_HOME: "/caches" }), "/caches/quint");
    assert.equal(cacheFolder({}), join(homedir(), ".cache", "quint"));
    process.env.QUINT_CACHE = "/somewhere";
    const build = `${pinnedVersion("etcd")}-${process.platform}-${process.arch}`;
    assert.ok(cachedProgram("etcd").startsWith(`/somewhere/programs/${build}-`));
    assert.ok(cachedProgram("etcd").endsWith("/etcd"));
  });

  it("leave the cache when neither current, nor the last before it, nor used within a week", () => {
    process.env.QUINT_CACHE = join(folder, "pruned");
    const platform = `${process.platform}-${process.arch}`;
    const file = (build: string, name: string, usedOn: string): string => {
      const path = join(cacheFolder(), "programs", build, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, "");
      markUsed(path, new Date(usedOn));
      return path;
    };
    const old = file(`v1.0.0-${platform}-000000000001`, "etcd", "2026-01-31");
    const older = file(`v1.0.0-${platform}-000000000000`, "etcd", "2026-01-20");
    const current = file(`v3.0.0-${platform}-000000000003`, "etcd", "2026-01-01");
    const kept = [
      current,
      file(`v2.0.0-${platform}-000000000002`, "etcd", "2026-02-02"),
      // Of other programs, other platforms, other tools.
      file(`v1.0.0-${platform}-000000000000`, "kwok", "2026-01-01"),
      file(`v1.0.0-plan9-${process.arch}-000000000000`, "etcd", "2026-01-01"),
      file("backup", "etcd", "2026-01-01"),
    ];
    assert.deepEqual(pruneBuilds("etcd", current, new Date("2026-02-05")), [older], "another clone runs it");
    assert.deepEqual(pruneBuilds("etcd", current, new Date("2026-06-30")), [old]);
    for (const path of kept) assert.ok(existsSync(path), path);
    assert.ok(existsSync(dirname(older)), "another program is in it");
    assert.ok(!existsSync(dirname(old)));
  });
});
