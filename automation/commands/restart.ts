/** `quint restart`: new pods for a stack's workloads. */
import { Command } from "commander";
import { projectRoot } from "../paths.ts";
import { clusterOption, examples, overridesOf, stackArgument, type SharedOptions } from "./shared-options.ts";

interface RestartOptions extends SharedOptions {
  readonly workload?: string;
}

/** A rollout that takes longer than this, in seconds, is reported as not ready. */
const patience = 600;

export function restartCommand(): Command {
  const command = new Command("restart")
    .summary("replace the pods of a stack's workloads, one after another")
    .description(
      "Asks every workload of the stack, or one of them, for new pods, and waits until they are ready. Each workload's own " +
        "update strategy holds, so that a replicated one stays reachable. Settings and state are not touched.",
    )
    .addArgument(stackArgument())
    .addOption(clusterOption())
    .option("--workload <platform/name>", "only this one")
    .action(restart);
  return examples(command, [
    ["./quint restart dev", "every workload of dev"],
    ["./quint restart production --workload cancer/api", "one workload"],
  ]);
}

async function restart(stack: string, options: RestartOptions): Promise<void> {
  const { openForRun } = await import("../session/open.ts");
  const { accessTo, connect, reaching } = await import("../cluster/access.ts");
  const { requestRestart, waitUntilReady } = await import("../cluster/rollout.ts");
  const { listWorkloads } = await import("../cluster/workloads.ts");
  const { chooseWorkloads } = await import("../cluster/choose.ts");
  const { runSteps } = await import("../console/steps.ts");
  const { settings } = openForRun({ root: projectRoot, stack, overrides: overridesOf(options) });
  const access = accessTo(settings, projectRoot);
  const client = await connect(access);
  const all = await reaching(access, () => listWorkloads(client, access));
  const chosen = chooseWorkloads(all, options.workload, stack);
  await runSteps(
    chosen.map((workload) => ({
      title: `${workload.platform}/${workload.name}`,
      run: async (report) => {
        await requestRestart(client, workload);
        await waitUntilReady(client, [workload], patience, report);
        return `restarted, ${workload.desired} ready`;
      },
    })),
    { concurrent: true },
  );
}
