/** `quint cluster`: the simulated and embedded clusters of this machine. */
import { Command } from "commander";
import { exitCodes } from "../exit.ts";
import { projectRoot } from "../paths.ts";
import {
  examples,
  jsonOption,
  overridesOf,
  realOption,
  stackArgument,
  type SharedOptions,
} from "./shared-options.ts";

export function clusterCommand(): Command {
  const command = new Command("cluster")
    .summary("start, stop and look at the simulated cluster of a stack")
    .description(
      "The simulated cluster of a stack: a real control plane on loopback, with nodes shaped like the stack's node pools. " +
        "Containers do not run on it, but on the real node that an embedded one has beside them. `up` starts it by " +
        "itself; it keeps running until it is stopped.",
    );
  command
    .command("start")
    .summary("start it, with the data it had")
    .addArgument(stackArgument())
    .option("--fresh", "wipe its data first")
    .addOption(realOption())
    .action(start);
  command
    .command("stop")
    .summary("stop it, and leave no process; without a stack: every cluster of this clone")
    .argument("[stack]", "stack whose cluster to stop")
    .option("--delete", "remove its data as well")
    .action(stop);
  command
    .command("status")
    .summary("show what runs; without a stack: every cluster of this clone")
    .argument("[stack]", "stack whose cluster to show")
    .addOption(jsonOption())
    .action(status);
  return examples(command, [
    ["./quint cluster start production", "the cluster of production, simulated"],
    ["./quint cluster start production --real samples", "the same with a real node"],
    ["./quint cluster stop", "stop all of this clone"],
    ["./quint cluster status", "processes, memory, nodes, kubeconfig"],
  ]);
}

interface StartOptions extends Pick<SharedOptions, "real"> {
  readonly fresh?: boolean;
}

async function start(stack: string, { fresh = false, real }: StartOptions): Promise<void> {
  const { isSimulated, openStack } = await import("../../config/index.ts");
  const { startCluster } = await import("../../simulation/index.ts");
  const { simulatedSpec } = await import("../session/cluster.ts");
  const { runSteps } = await import("../console/steps.ts");
  const { say } = await import("../console/terminal.ts");
  const standIn = real === undefined ? "simulated" : "embedded";
  const { cluster } = openStack({ root: projectRoot, stack }).settings;
  const overrides = overridesOf({
    ...(isSimulated(cluster) ? {} : { cluster: standIn }),
    ...(real === undefined ? {} : { real }),
  });
  const { settings } = openStack({ root: projectRoot, stack, overrides });
  let kubeconfig = "";
  await runSteps([
    {
      title: `Simulated cluster of ${stack}`,
      run: async (report) => {
        const running = await startCluster(simulatedSpec(settings), { root: projectRoot, report, fresh });
        kubeconfig = running.kubeconfigPath;
        const real_ = running.realNode === undefined ? "" : ", one real node";
        return `Kubernetes ${running.kubernetesVersion} at ${running.server}${real_}${running.attached ? ", ran already" : ""}`;
      },
    },
  ]);
  say(`\n  kubectl --kubeconfig ${kubeconfig} get nodes`);
}

/**
 * A stack with a file, or with a cluster from when it had one: its name becomes that of a folder, which --delete removes.
 *
 * @throws SettingsError for another name.
 */
async function requireStack(stack: string | undefined): Promise<void> {
  const { noSuchStack, stacksIn } = await import("../../config/index.ts");
  const { stacksWithCluster } = await import("../../simulation/index.ts");
  const stacks = [...new Set([...stacksIn(projectRoot), ...stacksWithCluster(projectRoot)])].sort();
  if (stack !== undefined && !stacks.includes(stack)) throw noSuchStack(stack, stacks);
}

async function stop(stack: string | undefined, options: { delete?: boolean }): Promise<void> {
  await requireStack(stack);
  const { stopCluster } = await import("../../simulation/index.ts");
  const { counted, note, say } = await import("../console/terminal.ts");
  const stopped = await stopCluster({
    root: projectRoot,
    report: note,
    delete: options.delete ?? false,
    ...(stack === undefined ? {} : { stack }),
  });
  if (stopped.length === 0) say("No simulated cluster was ever started here.");
  for (const { stack: name, processes } of stopped) {
    const what = processes === 0 ? "did not run" : `stopped (${counted(processes, "process", "processes")})`;
    say(`${name}: ${what}${options.delete ? ", data removed" : ""}`);
  }
}

async function status(stack: string | undefined, options: SharedOptions): Promise<void> {
  await requireStack(stack);
  const { clusterStatus } = await import("../../simulation/index.ts");
  const { localClusterTables } = await import("../cluster/local-clusters.ts");
  const { say } = await import("../console/terminal.ts");
  const clusters = await clusterStatus({ root: projectRoot, ...(stack === undefined ? {} : { stack }) });
  if (options.json) {
    say(JSON.stringify({ version: 1, clusters }, undefined, 2));
  } else if (clusters.length === 0) {
    say("No simulated cluster was ever started here: ./quint cluster start");
  } else {
    for (const line of localClusterTables(clusters)) say(line);
  }
  const down = stack !== undefined && clusters.some(({ phase }) => phase !== "running");
  if (down) process.exitCode = exitCodes.failed.code;
}
