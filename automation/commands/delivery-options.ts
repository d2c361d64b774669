/** Arguments and options of the deployment manager's commands, said once. */
import { Argument, Option, type Command } from "commander";
import { platformNames } from "../../config/index.ts";
import type { DeliveryContext } from "../delivery/context.ts";
import { projectRoot } from "../paths.ts";
import {
  clusterOption,
  deliveryOption,
  jsonOption,
  overridesOf,
  yesOption,
  type SharedOptions,
} from "./shared-options.ts";

/** What every one of them takes. */
export interface DeliveryCommandOptions extends SharedOptions {
  readonly stack: string;
  readonly reason?: string;
  readonly emergency?: boolean;
}

export function platformArgument(): Argument {
  return new Argument("<platform>", "platform of the stack").choices(platformNames);
}

const stackOption = (): Option =>
  new Option("--stack <stack>", "stack: a file Pulumi.<stack>.yaml").default("production");

/** Options of commands that only look. */
export function lookingOptions(command: Command): Command {
  return command.addOption(stackOption()).addOption(clusterOption()).addOption(jsonOption());
}

/** Options of commands that change something. */
export function changingOptions(command: Command): Command {
  return lookingOptions(command)
    .addOption(deliveryOption())
    .addOption(yesOption())
    .option("--reason <text>", "why; written into the history")
    .option(
      "--emergency",
      "pass over sync windows, approval and question; needs --reason, and is written into the history",
    );
}

/** Opens the stack for one platform. */
export async function contextOf(platform: string, options: DeliveryCommandOptions): Promise<DeliveryContext> {
  const { openContext } = await import("../delivery/context.ts");
  return openContext(projectRoot, options.stack, platform, overridesOf(options));
}

/**
 * What was asked for, as somebody would type it again; without --yes, --json, --reason: how it is asked for changes
 * nothing of what is done.
 */
export function requestOf(
  command: string,
  words: readonly string[],
  options: DeliveryCommandOptions,
): string {
  const { stack, cluster, delivery, emergency } = options;
  return [
    command,
    ...words,
    "--stack",
    stack,
    ...(cluster === undefined ? [] : ["--cluster", cluster]),
    ...(delivery === undefined ? [] : ["--delivery", delivery]),
    ...(emergency === true ? ["--emergency"] : []),
  ].join(" ");
}

/** Columns of the narrowest terminal: what is longer is broken again, without its indentation. */
const columns = 78;

/** Numbered steps in a description, broken where a terminal would. */
export function numbered(steps: readonly string[]): string {
  return steps.map((step, index) => hanging(`  ${index + 1}. `, step)).join("\n");
}

function hanging(first: string, text: string): string {
  const lines = [first.trimEnd()];
  for (const word of text.split(" ")) {
    const line = `${lines.at(-1) ?? ""} ${word}`;
    if (line.length <= columns) lines[lines.length - 1] = line;
    else lines.push(`${" ".repeat(first.length)}${word}`);
  }
  return lines.join("\n");
}

/** The end of every help text. */
export function exitCodeHelp(ways: Readonly<Record<number, string>>, document = "docs/delivery.md"): string {
  const lines = Object.entries(ways).map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`);
  return `\nExit codes:\n${lines.join("\n")}\n\n${document} tells the whole story.`;
}

export const deliveryExitCodes = {
  0: "done",
  1: "it failed, or was taken back by itself: the reason is said and in the history",
  2: "wrong arguments or settings; nothing was started",
  3: "refused (window, health, image, another delivery) or declined; nothing was changed",
  4: "delivered, and a new version waits for `promote` or `abort`: it is said which, and why",
  130: "interrupted: the same command goes on, `abort` takes it back",
} as const;
