/** `quint diff`: what a change does to a stack's manifests. */
import { Command } from "commander";
import { relative } from "node:path";
import { projectRoot } from "../paths.ts";
import type { Files } from "../render/layout.ts";
import {
  clusterOption,
  deliveryOption,
  examples,
  jsonOption,
  overridesOf,
  platformsOption,
  stackArgument,
  type SharedOptions,
} from "./shared-options.ts";

interface DiffOptions extends SharedOptions {
  readonly against: string;
}

export function diffCommand(): Command {
  const command = new Command("diff")
    .summary("show what a change does to a stack's manifests, object by object")
    .description(
      "Renders the stack as it is now, and compares it with the files that a commit has of it. No engine, cluster or " +
        "cloud. Ends with 0 whether or not something differs.",
    )
    .addArgument(stackArgument())
    .option("--against <ref>", "branch, tag or commit to compare with", "HEAD")
    .addOption(platformsOption("the others are not compared"))
    .addOption(clusterOption())
    .addOption(deliveryOption())
    .addOption(jsonOption())
    .action(diff);
  return examples(command, [
    ["./quint diff production", "what is not committed yet"],
    ["./quint diff production --against origin/main", "what a branch changes"],
  ]);
}

async function diff(stack: string, options: DiffOptions): Promise<void> {
  const { openStack } = await import("../../config/index.ts");
  const { differenceLines } = await import("../console/difference.ts");
  const { note, say } = await import("../console/terminal.ts");
  const { commitOf, filesAt } = await import("../git/repository.ts");
  const { differencesOf } = await import("../render/difference.ts");
  const { filesAbout, filesOf, renderFolder } = await import("../render/index.ts");
  const of = { root: projectRoot, stack, overrides: overridesOf(options) };
  const folder = relative(projectRoot, renderFolder(projectRoot, openStack(of).settings));
  const commit = await commitOf(projectRoot, options.against);
  const about = (files: Files): Files => filesAbout(options.platforms, files);
  const before = about(await filesAt(projectRoot, commit, folder));
  const changes = differencesOf(before, about(await filesOf(of)));
  if (options.json === true) {
    say(JSON.stringify({ version: 1, stack, against: commit, changes }, undefined, 2));
    return;
  }
  if (before.size === 0) note(`${options.against} has no files under ${folder}: everything is new.`);
  for (const line of differenceLines(changes)) say(line);
}
