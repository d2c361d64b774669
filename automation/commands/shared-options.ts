/** Arguments and options that several commands take, said once. */
import { Argument, InvalidArgumentError, Option, type Command } from "commander";
import { realChoices } from "../../config/schema/real-choice.ts";
import { deliveries, type ClusterOverride, type Delivery, type StackOverrides } from "../../config/index.ts";

/** What `--cluster`, `--real`, `--platforms`, `--delivery`, `--yes`, `--json` and `--verbose` give. */
export interface SharedOptions {
  readonly cluster?: ClusterOverride;
  readonly real?: NonNullable<StackOverrides["real"]>;
  readonly platforms?: string[];
  readonly delivery?: Delivery;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** The stack, `dev` unless another is named. */
export function stackArgument(): Argument {
  return new Argument("[stack]", "stack to work on: a file Pulumi.<stack>.yaml").default("dev");
}

/** The stack where it has to be named, because more arguments follow. */
export function requiredStack(): Argument {
  return new Argument("<stack>", "stack to work on");
}

export const clusterOption = (): Option =>
  new Option("--cluster <type>", "use a cluster of this machine in place of the stack's own").choices([
    "simulated",
    "embedded",
    "kind",
  ] satisfies ClusterOverride[]);

export const realOption = (): Option =>
  new Option(
    "--real <what>",
    "how much runs for real on an embedded cluster: nothing, podinfo and Prometheus, or all it can",
  ).choices(realChoices);

/** @param others what becomes of the platforms that are not named. */
export const platformsOption = (others: string): Option =>
  new Option("--platforms <names>", `only these platforms, separated by commas; ${others}`).argParser(
    (text: string): string[] => {
      const names = text.split(",").map((name) => name.trim());
      if (names.some((name) => name === ""))
        throw new InvalidArgumentError("Write names separated by commas.");
      return names;
    },
  );

export const deliveryOption = (): Option =>
  new Option(
    "--delivery <how>",
    "whether `up` creates the applications itself or Argo CD syncs them (default: the stack's own; with --cluster: direct)",
  ).choices(deliveries);

export const yesOption = (): Option => new Option("-y, --yes", "do not ask");
export const jsonOption = (): Option => new Option("--json", "print JSON for machines");
export const verboseOption = (): Option => new Option("-v, --verbose", "list everything instead of counting");

/** Overrides of the stack's settings for this run. */
export function overridesOf({ cluster, real, platforms, delivery }: SharedOptions): StackOverrides {
  return {
    ...(cluster === undefined ? {} : { cluster }),
    ...(real === undefined ? {} : { real }),
    ...(platforms === undefined ? {} : { platforms }),
    ...(delivery === undefined ? {} : { delivery }),
  };
}

/** Adds examples to a command's help. */
export function examples(
  command: Command,
  lines: readonly (readonly [example: string, meaning: string])[],
): Command {
  const width = Math.max(...lines.map(([example]) => example.length));
  const text = lines.map(([example, meaning]) => `  ${example.padEnd(width)}  ${meaning}`).join("\n");
  return command.addHelpText("after", `\nExamples:\n${text}`);
}
