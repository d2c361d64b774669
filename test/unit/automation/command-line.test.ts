/** The command line: help that reads like a manual, suggestions, exit codes; generated files; the launcher. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { commandLine } from "../../../automation/cli.ts";
import { CommandError, endingOf, exitCodes } from "../../../automation/exit.ts";
import { staleFiles, writeGeneratedFiles } from "../../../automation/generated.ts";
import { askForName, askToGoOn } from "../../../automation/session/permission.ts";
import { SettingsError } from "../../../config/index.ts";
import { root } from "../../support/stacks.ts";

/** Runs the command line as a user would, without a terminal. */
function quint(...args: readonly string[]): { code: number | null; out: string; err: string } {
  const main = join(root, "automation", "main.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}

describe("the command line", () => {
  it("lists every command with a summary, examples and exit codes", () => {
    const { code, out } = quint("--help");
    assert.equal(code, 0);
    for (const name of [
      "up",
      "preview",
      "refresh",
      "render",
      "down",
      "status",
      "secrets",
      "images",
      "restart",
      "scale",
      "set-image",
      "cluster",
      "doctor",
      "ci",
    ]) {
      assert.match(out, new RegExp(`^  ${name} .*\\w`, "m"));
    }
    for (const { code: number, meaning } of Object.values(exitCodes))
      assert.match(out, new RegExp(`^ +${number} {2}${meaning.slice(0, 20).replace(/[()]/g, "\\$&")}`, "m"));
  });

  it("explains every command with examples that it understands", () => {
    for (const command of commandLine().commands.filter((each) => each.name() !== "help")) {
      let help = "";
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      assert.match(help, /\nExamples:\n/, command.name());
      for (const [line] of help.matchAll(/\.\/quint [^|&\n]+?(?= {2}|$| \||&)/gm)) understood(command, line);
    }
  });

  function understood(command: Command, line: string): void {
    const words = line.trim().split(/\s+/).slice(1);
    if (words[0] !== command.name()) return;
    const known = [command, ...command.commands].flatMap((each) =>
      each.options.flatMap(({ long, short }) => [long, short]),
    );
    for (const word of words.filter((each) => each.startsWith("-")))
      assert.ok(known.includes(word), `${line}: ${word}`);
  }

  it("suggests a command for a misspelt one, and ends with 2", () => {
    const { code, err } = quint("upp");
    assert.equal(code, 2);
    assert.match(err, /unknown command 'upp'\n\(Did you mean up\?\)/);
  });

  const wrong: readonly (readonly [args: readonly string[], says: RegExp])[] = [
    [["up", "nosuch"], /stack\n.*"nosuch"\n.*no file Pulumi\.nosuch\.yaml/],
    [["cluster", "stop", "", "--delete"], /stack\n.*""\n.*no file Pulumi\.\.yaml/],
    [["cluster", "status", "../dev"], /stack\n.*"\.\.\/dev"\n.*no file/],
    [["up", "dev", "--cluster", "cloud"], /Allowed choices are simulated/],
    [["up", "dev", "--platforms", "cancer,nosuch"], /nosuch/],
    [["scale", "dev", "cancer/api", "many"], /whole number of pods/],
    [["scale", "dev", "api", "3"], /dev has no workload "api"\.\n.*Did you mean cancer\/api\?/],
    [["scale", "dev", "canser/api", "3"], /Did you mean cancer\/api\?/],
    [["set-image", "dev", "grafana", "r/a:v1"], /Did you mean cancer\/grafana\?/],
    [["set-image", "dev", "cancer/nosuch", "a:1"], /nosuch/],
    [["restart", "dev", "--nosuch"], /unknown option '--nosuch'/],
  ];
  for (const [args, says] of wrong) {
    it(`ends with 2 and says why: quint ${args.join(" ")}`, () => {
      const stackFile = readFileSync(join(root, "Pulumi.dev.yaml"), "utf8");
      const { code, out, err } = quint(...args);
      assert.equal(code, 2, out + err);
      assert.match(err, says);
      assert.doesNotMatch(err, /\n {4}at /, "a stack trace");
      assert.equal(readFileSync(join(root, "Pulumi.dev.yaml"), "utf8"), stackFile);
    });
  }

  it("knows how every foreseen error ends, and calls no other one foreseen", () => {
    assert.equal(endingOf(new SettingsError([], "x")), "badInput");
    assert.equal(endingOf(Object.assign(new Error("x"), { name: "SimulationError" })), "failed");
    assert.equal(endingOf(new CommandError("declined", "x")), "declined");
    assert.equal(endingOf(new TypeError("x")), undefined);
    assert.equal(endingOf(Object.assign(new Error("x"), { code: "EACCES", path: "/there" })), "failed");
    assert.equal(endingOf(Object.assign(new Error("x"), { code: "ENOENT", path: "/there" })), undefined);
  });
});

describe("permission", () => {
  it("is given beforehand by --yes, and never assumed where nobody can answer", async () => {
    await askToGoOn("Go on?", true);
    await assert.rejects(askToGoOn("Go on?", false), {
      ending: "declined",
      message: /Nobody is there to answer/,
    });
  });

  it("to take production down needs its name, --yes or not", async () => {
    const act = { act: "take it down", why: "Only by its name" };
    await askForName("production", "production", act);
    await assert.rejects(askForName("production", "staging", act), {
      ending: "declined",
      message: /"staging" is not the name/,
    });
    await assert.rejects(askForName("production", undefined, act), {
      ending: "declined",
      remedies: ["Add --confirm production."],
    });
  });
});

describe("generated files", () => {
  const folder = mkdtempSync(join(tmpdir(), "quint-generated-"));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("are stale when they are missing or not what their source makes", () => {
    const files = [
      { file: "a.md", make: () => "a" },
      { file: "b.md", make: () => "b" },
    ];
    assert.deepEqual(staleFiles(folder, files), ["a.md", "b.md"]);
    writeGeneratedFiles(folder, files);
    assert.deepEqual(staleFiles(folder, files), []);
    writeFileSync(join(folder, "b.md"), "edited by hand");
    assert.deepEqual(staleFiles(folder, files), ["b.md"]);
  });

  it("of this repository are fresh", () => {
    assert.deepEqual(staleFiles(root), []);
  });
});
