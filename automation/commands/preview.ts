/** `quint preview`: shows what `up` would change. */
import { Command } from "commander";
import { projectRoot } from "../paths.ts";
import {
  clusterOption,
  deliveryOption,
  examples,
  jsonOption,
  overridesOf,
  platformsOption,
  stackArgument,
  verboseOption,
  type SharedOptions,
} from "./shared-options.ts";

export function previewCommand(): Command {
  const command = new Command("preview")
    .summary("show what up would change, and change nothing")
    .description(
      "Shows which objects `up` would create, update, replace and delete, and which properties of them. Changes nothing " +
        "in the cluster or the state. A simulated cluster is started when the stack uses one.",
    )
    .addArgument(stackArgument())
    .addOption(clusterOption())
    .addOption(deliveryOption())
    .addOption(platformsOption("as `up` would: the others stay as they are"))
    .addOption(jsonOption())
    .addOption(verboseOption())
    .action(preview);
  return examples(command, [
    ["./quint preview", "what up would change in dev"],
    ["./quint preview production -v", "with every object listed"],
    ["./quint preview dev --json", "for scripts: { version, stack, unchanged, changes: [...] }"],
  ]);
}

async function preview(stack: string, options: SharedOptions): Promise<void> {
  const { withSession } = await import("../session/with-session.ts");
  const { makePlan } = await import("../session/plan.ts");
  const { leftOut } = await import("../session/left-out.ts");
  const { noteMissing } = await import("../session/missing.ts");
  const { planLines } = await import("../console/plan.ts");
  const { quietSteps } = await import("../console/steps.ts");
  const { say } = await import("../console/terminal.ts");
  if (options.json) quietSteps();
  const session = {
    root: projectRoot,
    stack,
    overrides: overridesOf(options),
    command: "preview",
    cluster: "start",
  } as const;
  await withSession(session, async (open) => {
    const exclude = await leftOut(open);
    await noteMissing(open, exclude);
    const plan = await makePlan(open, "deploy", exclude);
    if (options.json) {
      say(
        JSON.stringify({ version: 1, stack, unchanged: plan.unchanged, changes: plan.changes }, undefined, 2),
      );
    } else {
      for (const line of ["", ...planLines(plan, `Plan for ${stack}`, options)]) say(line);
    }
  });
}
