/** What the documents tell people to type is what the command line takes; runbooks name the stack, since dev is the default. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import type { Command } from "commander";
import { commandLine } from "../../../automation/cli.ts";
import { root } from "../../support/stacks.ts";

/** What stands for something in a document, and something that it could be. */
const standIns: readonly (readonly [RegExp, string])[] = [
  [/<platform>\/<workload>/g, "cancer/api"],
  [/<platform>|\bPLATFORM\b/g, "cancer"],
  [/<time>|(?<=--at )…/g, "2026-11-20T03:00:00Z"],
  [/<replicas>/g, "3"],
  [/<stack>|\[stack\]/g, "dev"],
  [/<namespace>/g, "elsewhere"],
  [/\bCOMMAND\b/g, "up"],
];

function documents(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return documents(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

/** The commands of a document: in spans of code, and in indented lines, where a comment may follow. */
function commandsIn(text: string): string[] {
  const spans = [...text.matchAll(/`(\.\/quint [^`]+)`/g)].map(([, span = ""]) => span.replaceAll("\n", " "));
  const lines = [...text.matchAll(/^ {4,}(\.\/quint .*)$/gm)].map(([, line = ""]) => line);
  return [...spans, ...lines]
    .flatMap((line) => line.split(" && "))
    .flatMap((line) => /^\.\/quint (.*)$/.exec(line.split(/ {2,}| # | \| /)[0] ?? "")?.[1] ?? []);
}

function wordsOf(command: string): string[] {
  const written = standIns.reduce((text, [what, by]) => text.replaceAll(what, by), command);
  return [...written.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

function silent(command: Command): Command {
  command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  for (const inner of command.commands) silent(inner);
  return command;
}

/** @throws with the reason why the command line would refuse it. */
function accepts(words: readonly string[], stackIsNamed: boolean): void {
  let command = silent(commandLine());
  const left = [...words];
  for (;;) {
    const inner = command.commands.find((each) => each.name() === left[0]);
    if (inner === undefined) break;
    command = inner;
    left.shift();
  }
  assert.notEqual(command.name(), "quint", `there is no command ${words[0] ?? ""}`);
  // Only its name is mentioned.
  if (left.length === 0 || left[0] === "--help") return;
  const { operands, unknown } = command.parseOptions(left);
  assert.deepEqual(unknown, [], "unknown options");
  const { registeredArguments: known } = command;
  assert.ok(
    operands.length <= known.length || known.at(-1)?.variadic === true,
    `too many: ${operands.join()}`,
  );
  assert.ok(operands.length >= known.filter(({ required }) => required).length, "too few arguments");
  for (const [index, operand] of operands.entries()) known[index]?.parseArg?.(operand, undefined as never);
  const given = command.opts<Record<string, unknown>>();
  for (const option of command.options) {
    assert.ok(!option.mandatory || given[option.attributeName()] !== undefined, `${option.flags} is missing`);
  }
  const stack = command.options.find(({ long }) => long === "--stack");
  if (stackIsNamed && stack !== undefined) {
    assert.equal(
      command.getOptionValueSource(stack.attributeName()),
      "cli",
      "it would act on dev: name --stack",
    );
  }
}

describe("commands in documents", () => {
  for (const file of [join(root, "README.md"), ...documents(join(root, "docs"))]) {
    const commands = [...new Set(commandsIn(readFileSync(file, "utf8")))];
    if (commands.length === 0) continue;
    const name = relative(root, file);
    it(`of ${name} are taken as they stand`, () => {
      const refused = commands.flatMap((command) => {
        try {
          accepts(wordsOf(command), name.startsWith("docs/runbooks/"));
          return [];
        } catch (error) {
          return [`${command}: ${(error as Error).message}`];
        }
      });
      assert.deepEqual(refused, []);
    });
  }

  it("are refused where the command line does not know them", () => {
    for (const [command, reason] of Object.entries({
      "rolback cancer": /no command rolback/,
      "rollback cancer --why x --stack dev": /unknown options/,
      "scale dev cancer/api many": /whole number/,
      "scale dev": /too few/,
      "status dev dev": /too many/,
      "rollback cancer --reason x": /would act on dev/,
    })) {
      assert.throws(
        () => {
          accepts(wordsOf(command), true);
        },
        reason,
        command,
      );
    }
  });
});
