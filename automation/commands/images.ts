/** `quint images`: every chart and image of a stack. */
import { Command } from "commander";
import { projectRoot } from "../paths.ts";
import {
  clusterOption,
  examples,
  jsonOption,
  overridesOf,
  platformsOption,
  stackArgument,
  type SharedOptions,
} from "./shared-options.ts";

export function imagesCommand(): Command {
  const command = new Command("images")
    .summary("list every chart and image that a stack needs, so that a mirror can be filled")
    .description(
      "Lists the charts and images of a stack with versions, architectures and what uses them. Reads settings alone: no " +
        "cluster, no network. Where `quint:charts.mirror` or `quint:images.mirror` is set, also from where the stack " +
        "takes each. The JSON has, beside, homepage and maintenance of each chart.",
    )
    .addArgument(stackArgument())
    .addOption(clusterOption())
    .addOption(platformsOption("what the others alone need is left out"))
    .addOption(jsonOption())
    .action(images);
  return examples(command, [
    ["./quint images production", "for people"],
    [
      `./quint images production --json | jq -r '.images[] | "\\(.origin) \\(.source)"'`,
      "for a mirror's script",
    ],
  ]);
}

async function images(stack: string, options: SharedOptions): Promise<void> {
  const { openStack } = await import("../../config/index.ts");
  const { artifactsOf } = await import("../../platforms/index.ts");
  const { artifactTables } = await import("../console/artifacts.ts");
  const { say } = await import("../console/terminal.ts");
  const { settings } = openStack({ root: projectRoot, stack, overrides: overridesOf(options) });
  const artifacts = artifactsOf(settings);
  if (options.json) {
    say(JSON.stringify({ version: 1, stack, ...artifacts }, undefined, 2));
    return;
  }
  for (const line of artifactTables(artifacts)) say(line);
}
