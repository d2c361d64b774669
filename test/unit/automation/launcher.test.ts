/** The launcher `quint`, in a clone of its own, with an npm that only notes what it is asked. */
import assert from "node:assert/strict";
import { spawn, spawnSync, type SpawnSyncReturns } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root as project } from "../../support/stacks.ts";

describe("the launcher", () => {
  let root: string;
  let bin: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "quint-launcher-"));
    bin = join(root, "bin");
    mkdirSync(bin);
    mkdirSync(join(root, "automation"));
    copyFileSync(join(project, "quint"), join(root, "quint"));
    writeFileSync(join(root, "package-lock.json"), "{}");
    writeFileSync(
      join(root, "automation", "main.ts"),
      "console.log('ran', ...process.argv.slice(2), process.cwd());",
    );
    npm("mkdir -p node_modules/.bin\nln -s $REAL_NODE node_modules/.bin/node");
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  function program(name: string, script: string): void {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  /** An npm that notes its arguments and does what `npm ci` would: empty node_modules, then fill it. */
  function npm(fill: string): void {
    program("npm", `echo "npm $*" >> ${root}/calls\nrm -rf node_modules\n${fill}`);
  }
  const calls = (): string[] =>
    existsSync(join(root, "calls")) ? readFileSync(join(root, "calls"), "utf8").trim().split("\n") : [];
  function launch(options: { from?: string; as?: string; path?: string } = {}): SpawnSyncReturns<string> {
    return spawnSync(options.as ?? join(root, "quint"), ["up", "a b"], {
      cwd: options.from ?? root,
      encoding: "utf8",
      env: { PATH: options.path ?? `${bin}:/usr/bin:/bin`, REAL_NODE: process.execPath },
    });
  }

  it("installs the dependencies once, says so, and runs the command line with their Node.js", () => {
    const first = launch();
    assert.equal(first.stdout, `ran up a b ${root}\n`, first.stderr);
    assert.match(first.stderr, /installing the dependencies of package-lock\.json \(npm ci\)/);
    assert.match(first.stderr, /dependencies installed in \d+ s/);
    assert.deepEqual(calls(), ["npm ci --no-audit --no-fund --loglevel=error"]);
    const second = launch();
    assert.equal(second.stderr, "");
    assert.equal(calls().length, 1);
  });

  it("installs them again when the lockfile changed, whatever its time says", () => {
    launch();
    writeFileSync(join(root, "package-lock.json"), '{"changed": true}');
    utimesSync(join(root, "package-lock.json"), 0, 0);
    launch();
    assert.equal(calls().length, 2);
  });

  it("takes what npm installed by hand for the same lockfile", () => {
    mkdirSync(join(root, "node_modules", ".bin"), { recursive: true });
    symlinkSync(process.execPath, join(root, "node_modules", ".bin", "node"));
    utimesSync(join(root, "package-lock.json"), 1, 1);
    writeFileSync(join(root, "node_modules", ".package-lock.json"), "{}");
    assert.match(launch().stdout, /^ran up/);
    assert.deepEqual(calls(), []);
    assert.ok(existsSync(join(root, "node_modules", ".quint-lock")), "the next change could not be seen");
  });

  it("works from any folder and through links", () => {
    launch();
    const elsewhere = join(root, "elsewhere");
    mkdirSync(elsewhere);
    symlinkSync("../quint", join(elsewhere, "one"));
    symlinkSync("one", join(elsewhere, "two"));
    assert.equal(launch({ from: elsewhere, as: join(elsewhere, "two") }).stdout, `ran up a b ${elsewhere}\n`);
    assert.equal(calls().length, 1);
  });

  it("says what to do when npm is missing", () => {
    program("sh-only", "");
    for (const tool of ["cksum", "dirname", "readlink", "mkdir", "cat", "rm", "sleep"]) {
      symlinkSync(spawnSync("which", [tool], { encoding: "utf8" }).stdout.trim(), join(bin, tool));
    }
    rmSync(join(bin, "npm"));
    const { status, stderr } = launch({ path: bin });
    assert.equal(status, 1);
    assert.match(stderr, /npm is not on PATH\.\n.*Install Node\.js 18 or newer/);
  });

  it("says what to do when the registry cannot be reached, and tries again next time", () => {
    npm("echo 'npm error code ENOTFOUND' >&2; exit 1");
    const { status, stderr } = launch();
    assert.equal(status, 1);
    assert.match(stderr, /\| npm error code ENOTFOUND/);
    assert.match(stderr, /cannot reach its package registry\.\n.*Check the network/);
    launch();
    assert.equal(calls().length, 2);
    assert.equal(
      existsSync(join(root, ".quint", "install.lock")),
      false,
      "the next installation would wait for ever",
    );
  });

  it("shows npm's reason, which npm says before forty lines of usage, and not what follows", () => {
    const options = Array.from({ length: 40 }, (_, line) => `npm error [--option-${line}]`);
    const lines = ["npm error code EUSAGE", "npm error", "npm error Missing: zod@4.6.7 from lock file"];
    const usage = ["npm error Clean install a project", ...options, "npm error A complete log of this run"];
    npm(`cat >&2 <<'EOF'\n${[...lines, ...usage].join("\n")}\nEOF\nexit 1`);
    const { stderr } = launch();
    assert.match(
      stderr,
      / {2}\| npm error code EUSAGE\n {2}\| npm error Missing: zod@4\.6\.7 from lock file\nquint: /,
    );
    assert.doesNotMatch(stderr, /--option/);
  });

  it("shows the end of what failed without a word of npm's", () => {
    npm("echo 'sh: 1: patch: not found' >&2; exit 1");
    assert.match(launch().stderr, /\| sh: 1: patch: not found/);
  });

  it("says what to do when the package node did not install its program", () => {
    npm("mkdir -p node_modules/.bin");
    program("node", "echo 20");
    const { status, stderr } = launch();
    assert.equal(status, 1);
    assert.match(stderr, /Node\.js 24 is missing.*\n.*npm rebuild node/);
  });

  it("installs once when two are started at once, and takes over from one that died", async () => {
    npm("sleep 1\nmkdir -p node_modules/.bin\nln -s $REAL_NODE node_modules/.bin/node");
    const both = await Promise.all([started(), started()]);
    assert.deepEqual(both, [0, 0]);
    assert.equal(calls().length, 1);

    rmSync(join(root, "node_modules"), { recursive: true });
    mkdirSync(join(root, ".quint", "install.lock"), { recursive: true });
    writeFileSync(join(root, ".quint", "install.lock", "pid"), String(spawnSync("true").pid));
    assert.match(launch().stderr, /died; starting over/);
    assert.equal(calls().length, 2);
  });

  function started(): Promise<number | null> {
    const child = spawn(join(root, "quint"), [], {
      env: { PATH: `${bin}:/usr/bin:/bin`, REAL_NODE: process.execPath },
      stdio: "ignore",
    });
    return new Promise((resolve) => child.once("exit", resolve));
  }
});
