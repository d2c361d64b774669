/** The scripts that decide about a deployment, run with a `quint` that notes what it is told and fails where it should. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../support/stack-files.ts";

describe("scripts of the workflows", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "quint-scripts-"));
    cpSync(join(root, ".github", "scripts"), join(folder, ".github", "scripts"), { recursive: true });
    const quint = `#!/bin/sh\necho "$*" >>calls\ncase " $FAILING " in *" $1 "*) exit 1 ;; esac\ncase " $REFUSING " in *" $1 "*) exit 3 ;; esac\ncase " $WAITING " in *" $1 "*) exit 4 ;; esac\n`;
    writeFileSync(join(folder, "quint"), quint, { mode: 0o755 });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function ran(script: string, variables: Readonly<Record<string, string>>) {
    const env = {
      PATH: process.env.PATH ?? "",
      GITHUB_RUN_ID: "7",
      FAILING: "",
      REFUSING: "",
      WAITING: "",
      ...variables,
    };
    const { status } = spawnSync(join(".github", "scripts", script), [], { cwd: folder, env });
    return { status, calls: readFileSync(join(folder, "calls"), "utf8").trim().split("\n") };
  }
  const version = { STACK: "production", PLATFORM: "cancer", VERSION: "v2.0.0" };
  const words = (calls: readonly string[]): string[] =>
    calls.map((call) => (call.startsWith("ci record") ? call.split(" ")[4]! : call.split(" ")[0]!));

  it("take back what fails, and leave to the manager what it takes back by itself", () => {
    const [one, all] = ["deploy-version.sh", "deploy-platforms.sh"] as const;
    const variables = {
      [one]: version,
      [all]: { STACK: "production", PLATFORMS: '[{"name":"cancer","version":"v2.0.0"}]' },
    };
    const unhealthy = ["deploy", "health-check", "rollback", "failure"];
    const cases: readonly [
      script: typeof one | typeof all,
      wrong: Readonly<Record<string, string>>,
      calls: readonly string[],
    ][] = [
      [one, {}, ["deploy", "health-check", "success"]],
      [all, {}, ["deploy", "health-check", "success"]],
      // `deploy` went back to the settings before.
      [one, { FAILING: "deploy" }, ["deploy", "failure"]],
      // The settings before are this commit's.
      [all, { FAILING: "deploy" }, ["deploy", "rollback", "failure"]],
      [one, { FAILING: "health-check" }, unhealthy],
      [all, { FAILING: "health-check" }, unhealthy],
      [one, { FAILING: "health-check rollback" }, unhealthy],
      [all, { FAILING: "health-check rollback" }, unhealthy],
      // A window that closed meanwhile keeps nothing in place that has failed.
      [
        one,
        { FAILING: "health-check", REFUSING: "rollback" },
        [...unhealthy.slice(0, 3), "rollback", "failure"],
      ],
      [
        all,
        { FAILING: "health-check", REFUSING: "rollback" },
        [...unhealthy.slice(0, 3), "rollback", "failure"],
      ],
      // Nothing was changed.
      [one, { REFUSING: "deploy" }, ["deploy"]],
      [all, { REFUSING: "deploy" }, ["deploy"]],
      // Only a person knows: no success is recorded, on which production would rely.
      [one, { WAITING: "deploy" }, ["deploy"]],
      [all, { WAITING: "deploy" }, ["deploy"]],
    ];
    for (const [script, wrong, calls] of cases) {
      writeFileSync(join(folder, "calls"), "");
      const outcome = ran(script, { ...variables[script], ...wrong });
      const shown = `${script} ${JSON.stringify(wrong)}`;
      assert.deepEqual(words(outcome.calls), calls, shown);
      // A platform that is refused is a warning among others, and the end of a deployment by itself.
      const well =
        calls.includes("success") ||
        wrong.WAITING !== undefined ||
        (script === all && wrong.REFUSING === "deploy");
      assert.equal(outcome.status, well ? 0 : 1, shown);
    }
    const { calls } = ran(all, { ...variables[all], FAILING: "deploy", REFUSING: "rollback" });
    assert.match(
      calls.at(-2)!,
      /^rollback cancer --to last-known-good --reason .* --stack production --emergency$/,
    );
  });

  it("hand a hotfix, its reason and its strategy on, whatever is in the reason", () => {
    const hotfix = { HOTFIX: "true", JUSTIFICATION: '$(touch here); `x` "y"', STRATEGY: "canary" };
    const { calls } = ran("deploy-version.sh", { ...version, ...hotfix });
    assert.equal(
      calls[0],
      'deploy cancer --stack production --version v2.0.0 --strategy canary --emergency --reason $(touch here); `x` "y" --yes',
    );
  });

  it("change nothing in a dry run", () => {
    assert.deepEqual(ran("deploy-version.sh", { ...version, DRY_RUN: "true" }).calls, [
      "deploy cancer --stack production --version v2.0.0 --dry-run",
    ]);
    writeFileSync(join(folder, "calls"), "");
    assert.deepEqual(ran("deploy-stack.sh", { STACK: "staging", DRY_RUN: "true" }).calls, [
      "preview staging",
    ]);
  });

  it("go on with the other platforms when one fails, and fail in the end", () => {
    const PLATFORMS = '[{"name":"cancer","version":""},{"name":"chest-xray","version":"v1.0.0"}]';
    const { status, calls } = ran("deploy-platforms.sh", { STACK: "staging", PLATFORMS, FAILING: "deploy" });
    assert.equal(status, 1);
    assert.deepEqual(words(calls), ["health-check", "success", "deploy", "rollback", "failure"]);
  });

  it("ask staging for the version, or for the commit and each platform's version", () => {
    assert.deepEqual(ran("require-staging.sh", { ...version, PLATFORMS: "[]" }).calls, [
      "ci require-record staging cancer --version v2.0.0",
    ]);
    writeFileSync(join(folder, "calls"), "");
    const PLATFORMS = '[{"name":"cancer","version":"v1.0.0"},{"name":"code-review","version":""}]';
    assert.deepEqual(ran("require-staging.sh", { PLATFORM: "", VERSION: "", PLATFORMS }).calls, [
      "ci require-record staging cancer",
      "ci require-record staging cancer --version v1.0.0",
      "ci require-record staging code-review",
    ]);
    writeFileSync(join(folder, "calls"), "");
    assert.equal(
      ran("require-staging.sh", { PLATFORM: "", VERSION: "", PLATFORMS, FAILING: "ci" }).status,
      1,
    );
  });

  it("roll back to the version before, to another, or by way of the emergency", () => {
    const asked = {
      STACK: "production",
      PLATFORM: "chest-xray",
      REASON: "errors",
      VERSION: "",
      EMERGENCY: "false",
    };
    const common = "rollback chest-xray --stack production --reason errors --yes";
    const cases: readonly [changes: Readonly<Record<string, string>>, call: string][] = [
      [{ TARGET: "previous_version" }, common],
      [{ TARGET: "specific_version", VERSION: "v2.0.5" }, `${common} --to v2.0.5`],
      [{ TARGET: "emergency_rollback" }, `${common} --emergency`],
      [{ TARGET: "previous_version", EMERGENCY: "true" }, `${common} --emergency`],
    ];
    for (const [changes, call] of cases) {
      writeFileSync(join(folder, "calls"), "");
      const { status, calls } = ran("rollback.sh", { ...asked, ...changes });
      assert.equal(status, 0);
      assert.deepEqual(calls, [call, "health-check chest-xray --stack production"]);
    }
    writeFileSync(join(folder, "calls"), "");
    const unnamed = ran("rollback.sh", { ...asked, TARGET: "specific_version" });
    assert.deepEqual([unnamed.status, unnamed.calls], [1, [""]]);
  });

  it("put previews into one text, in which no plan can end its block", () => {
    for (const stack of ["dev", "production"])
      mkdirSync(join(folder, "previews", `preview-${stack}`), { recursive: true });
    const write = (file: string, text: string): void => {
      writeFileSync(join(folder, "previews", file), text);
    };
    write("preview-dev/about.md", "On a simulated cluster.\n");
    write("preview-dev/plan.txt", "\u001b[32m+ create\u001b[0m\n```\nmore\n");
    write("preview-production/about.md", "**Failed.**\n");
    const { stdout } = spawnSync(join(".github", "scripts", "preview-comment.sh"), ["previews"], {
      cwd: folder,
      encoding: "utf8",
    });
    assert.match(
      stdout,
      /### `dev`\n\nOn a simulated cluster\.\n\n<details>.*\n\n```text\n\+ create\n'''\nmore\n```\n/,
    );
    assert.match(stdout, /### `production`\n\n\*\*Failed\.\*\*\n/);
  });

  it("run every longer test for which there is time, and say which are left out", () => {
    mkdirSync(join(folder, ".ci"));
    cpSync(join(root, ".ci", "run"), join(folder, ".ci", "run"));
    writeFileSync(join(folder, "make"), '#!/bin/sh\necho "$*" >>calls\ncat >/dev/null\n', { mode: 0o755 });
    const after = (minutes: number) => {
      rmSync(join(folder, "calls"), { force: true });
      const env = { PATH: `${folder}:${process.env.PATH ?? ""}`, SECONDS: String(minutes * 60) };
      const { status, stdout } = spawnSync(join(".ci", "run"), [], { cwd: folder, env, encoding: "utf8" });
      assert.equal(status, 0);
      const calls = readFileSync(join(folder, "calls"), "utf8").trim().split("\n");
      assert.deepEqual(calls.slice(0, 2), ["check", "test"]);
      return {
        stdout,
        tests: calls.slice(2).map((call) => /delivery\/(.*)\.test\.ts$/.exec(call)?.[1] ?? call),
      };
    };
    const all = readdirSync(join(root, "test", "e2e", "delivery")).map((file) =>
      file.replace(".test.ts", ""),
    );
    assert.deepEqual(after(0).tests.sort(), [...all, "test-java"].sort());
    assert.equal(after(0).stdout, "");
    const { stdout, tests } = after(60);
    assert.ok(tests.includes("previews") && !tests.includes("manager"), tests.join());
    assert.match(stdout, /::warning::Tests were left out:.* manager; 6\d of 90 minutes are over/);
  });
});
