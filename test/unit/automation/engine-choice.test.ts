/** Which engine a run takes, by what the machine has. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attemptsIn } from "../../../automation/engine/attempts.ts";
import { findEngine, type EngineSources } from "../../../automation/engine/find.ts";
import { parseVersion, sdkVersion, serves } from "../../../automation/engine/version.ts";

/** A machine, by what each place holds: a version, or nothing. */
interface Machine {
  readonly onPath?: string;
  readonly downloaded?: string;
  readonly built?: string;
  /** What a download gives; `fails` when it is tried in vain, left out when it may not be tried. */
  readonly download?: string;
}

function sourcesOf(machine: Machine): { sources: EngineSources; did: string[] } {
  const did: string[] = [];
  const at = (place: keyof Machine) => () =>
    Promise.resolve(machine[place] === undefined ? undefined : `/${place}`);
  const versions: Readonly<Record<string, string | undefined>> = {
    "/onPath": machine.onPath,
    "/downloaded": machine.downloaded,
    "/built": machine.built,
    "/download": machine.download,
    "/build": "v3.250.0\n",
  };
  const sources: EngineSources = {
    installed: at("onPath"),
    downloaded: at("downloaded"),
    built: at("built"),
    download: () => {
      did.push("download");
      return machine.download === "fails"
        ? Promise.reject(new Error("no route"))
        : Promise.resolve("/download");
    },
    build: () => {
      did.push("build");
      return Promise.resolve("/build");
    },
    versionOf: (command) => Promise.resolve(versions[command]),
    mayDownload: () => Promise.resolve(machine.download !== undefined),
    downloadFailed: () => did.push("remembered"),
  };
  return { sources, did };
}

const cases: readonly (readonly [what: string, machine: Machine, engine: string, did: readonly string[]])[] =
  [
    ["an installed engine of the SDK's version", { onPath: "v3.250.0" }, "/onPath", []],
    ["an installed engine that is newer", { onPath: "v3.251.1", built: "v3.250.0" }, "/onPath", []],
    ["not an installed engine that is older", { onPath: "v3.249.9", built: "v3.250.0" }, "/built", []],
    [
      "not an installed engine of another major",
      { onPath: "v4.0.0", downloaded: "v3.250.0" },
      "/downloaded",
      [],
    ],
    ["not one whose version makes no sense", { onPath: "", built: "v3.250.0" }, "/built", []],
    [
      "what was downloaded before what was built",
      { downloaded: "3.250.0", built: "v3.250.0" },
      "/downloaded",
      [],
    ],
    ["a download where there is none", { download: "v3.250.0" }, "/download", ["download"]],
    ["a build where a download fails", { download: "fails" }, "/build", ["download", "remembered", "build"]],
    ["a build where no download may be tried", {}, "/build", ["build"]],
    [
      "a build where everything there is too old",
      { onPath: "v3.1.0", built: "v3.200.0" },
      "/build",
      ["build"],
    ],
  ];

describe("the engine", () => {
  for (const [what, machine, command, expected] of cases) {
    it(`is ${what}`, async () => {
      const { sources, did } = sourcesOf(machine);
      const engine = await findEngine(sources, "3.250.0", () => undefined);
      assert.equal(engine.command, command);
      assert.match(engine.version, /^\d+\.\d+\.\d+$/);
      assert.deepEqual(did, expected);
    });
  }

  it("is never built when the build fails: the reason reaches the caller", async () => {
    const { sources } = sourcesOf({});
    const failing = { ...sources, build: () => Promise.reject(new Error("no Go")) };
    await assert.rejects(
      findEngine(failing, "3.250.0", () => undefined),
      /no Go/,
    );
  });

  it("must be of the SDK's version, which is pinned", () => {
    assert.match(sdkVersion(), /^3\.\d+\.\d+$/);
    assert.ok(serves(`v${sdkVersion()}`, sdkVersion()));
    assert.deepEqual(parseVersion("v3.250.0-dev.1+x"), { major: 3, minor: 250, patch: 0 });
    assert.equal(parseVersion("\n"), undefined);
  });
});

describe("failed downloads", () => {
  const folder = mkdtempSync(join(tmpdir(), "quint-attempts-"));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("are remembered for a day, each by itself, across processes", () => {
    let now = 1_000_000_000_000;
    const file = join(folder, "deep", "attempts.json");
    const attempts = attemptsIn(file, () => now);
    assert.equal(attempts.failedLately("engine"), false);
    attempts.remember("engine");
    now += 23 * 3600 * 1000;
    assert.equal(attemptsIn(file, () => now).failedLately("engine"), true);
    assert.equal(attempts.failedLately("plugins"), false);
    now += 2 * 3600 * 1000;
    assert.equal(attempts.failedLately("engine"), false);
  });

  it("are forgotten on request, and a broken file remembers nothing", () => {
    const file = join(folder, "attempts.json");
    const attempts = attemptsIn(file);
    attempts.remember("engine");
    attempts.forget();
    assert.equal(attempts.failedLately("engine"), false);
    writeFileSync(file, "{");
    assert.equal(attempts.failedLately("engine"), false);
  });
});
