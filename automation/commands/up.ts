/** `quint up`: deploys a stack. */
import { Command } from "commander";
import { projectRoot } from "../paths.ts";
import {
  clusterOption,
  deliveryOption,
  examples,
  overridesOf,
  platformsOption,
  realOption,
  stackArgument,
  verboseOption,
  yesOption,
  type SharedOptions,
} from "./shared-options.ts";

export function upCommand(): Command {
  const command = new Command("up")
    .summary("deploy a stack: show the plan, ask, change, show what runs")
    .description(
      "Brings a stack to what its file describes. Settings are checked before anything starts; a simulated cluster is " +
        "started when the stack uses one. Shows what would change, asks, and changes it. When nothing would change it " +
        "says so and asks nothing. Interrupting it (ctrl-C) or killing it does no harm: run it again.",
    )
    .addArgument(stackArgument())
    .addOption(clusterOption())
    .addOption(deliveryOption())
    .addOption(realOption())
    .addOption(platformsOption("the others stay as they are"))
    .addOption(yesOption())
    .addOption(verboseOption())
    .action(async (stack: string, options: SharedOptions) => {
      await up(stack, options);
    });
  return examples(command, [
    ["./quint up", "deploy dev"],
    ["./quint up dev --yes", "for scripts: do not ask"],
    ["./quint up production --cluster simulated", "try production on this machine, at its own size"],
    ["./quint up dev --real samples", "on a small machine: only podinfo and Prometheus run"],
    ["./quint up dev --platforms cancer", "only one platform; the others stay as they are"],
  ]);
}

/** Deploys a stack, as a command line with these options would. */
export async function up(stack: string, options: SharedOptions, root = projectRoot): Promise<void> {
  const { withSession } = await import("../session/with-session.ts");
  const { deploy } = await import("../session/deploy.ts");
  await withSession(
    { root, stack, overrides: overridesOf(options), command: "up", cluster: "start" },
    async (session) => {
      await deploy(session, { yes: options.yes ?? false, verbose: options.verbose ?? false });
    },
  );
}
