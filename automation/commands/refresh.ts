/** `quint refresh`: reads what is really there. */
import { Command } from "commander";
import { projectRoot } from "../paths.ts";
import {
  clusterOption,
  deliveryOption,
  examples,
  overridesOf,
  stackArgument,
  type SharedOptions,
} from "./shared-options.ts";

export function refreshCommand(): Command {
  const command = new Command("refresh")
    .summary("read what is really in the cluster, and show what was changed by hand")
    .description(
      "Reads every object of the stack from the cluster, shows which differ from what was deployed, and notes it in the " +
        "state. The cluster is not changed: the next `up` puts things back to what the stack file says.",
    )
    .addArgument(stackArgument())
    .addOption(clusterOption())
    .addOption(deliveryOption())
    .action(refresh);
  return examples(command, [["./quint refresh dev && ./quint up dev", "undo what was changed by hand"]]);
}

async function refresh(stack: string, options: SharedOptions): Promise<void> {
  const { withSession } = await import("../session/with-session.ts");
  const { settledPresence } = await import("../session/missing.ts");
  const { failed } = await import("../session/failures.ts");
  const { driftFrom } = await import("../engine/plan.ts");
  const { planLines } = await import("../console/plan.ts");
  const { say } = await import("../console/terminal.ts");
  const session = {
    root: projectRoot,
    stack,
    overrides: overridesOf(options),
    command: "refresh",
    cluster: "running",
  } as const;
  await withSession(session, async (open) => {
    // What is being deleted would be read as if it were to stay.
    await settledPresence(open);
    const outcome = await open.run("refresh");
    if (!outcome.ok) throw await failed(open, "Refreshing", outcome);
    const drift = driftFrom(outcome.events);
    for (const line of ["", ...planLines(drift, `Changed in the cluster since the last up of ${stack}`)])
      say(line);
  });
}
