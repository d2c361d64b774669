/** `quint cluster`: the simulated clusters of this machine. */
import { Command } from "commander";
import { exitCodes } from "../exit.ts";
import { projectRoot } from "../paths.ts";
import { examples, jsonOption, stackArgument, type SharedOptions } from "./shared-options.ts";

export function clusterCommand(): Command {
  const command = new Command("cluster")
    .summary("start, stop and look at the simulated cluster of a stack")
    .description(
      "The simulated cluster of a stack: a real control plane on loopback, with nodes shaped like the stack's node pools. " +
        "Containers do not run on it. `up` starts it by itself; it keeps running until it is stopped.",
    );
  command
    .command("start")
    .summary("start it, with the data it had")
    .addArgument(stackArgument())
    .option("--fresh", "wipe its data first")
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
    ["./quint cluster stop", "stop all of this clone"],
    ["./quint cluster status", "processes, memory, nodes, kubeconfig"],
  ]);
}

async function start(stack: string, options: { fresh?: boolean }): Promise<void> {
  const { isSimulated, openStack } = await import("../../config/index.ts");
  const { startCluster } = await import("../../simulation/index.ts");
  const { simulatedSpec } = await import("../session/cluster.ts");
  const { runSteps } = await import("../console/steps.ts");
  const { say } = await import("../console/terminal.ts");
  const own = openStack({ root: projectRoot, stack });
  const { settings } = isSimulated(own.settings.cluster)
    ? own
    : openStack({ root: projectRoot, stack, overrides: { cluster: "simulated" } });
  let kubeconfig = "";
  await runSteps([
    {
      title: `Simulated cluster of ${stack}`,
      run: async (report) => {
        const options_ = { root: projectRoot, report, fresh: options.fresh ?? false };
        const running = await startCluster(simulatedSpec(settings), options_);
        kubeconfig = running.kubeconfigPath;
        return `Kubernetes ${running.kubernetesVersion} at ${running.server}${running.attached ? ", ran already" : ""}`;
      },
    },
  ]);
  say(`\n  kubectl --kubeconfig ${kubeconfig} get nodes`);
}

async function stop(stack: string | undefined, options: { delete?: boolean }): Promise<void> {
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
  const { clusterStatus } = await import("../../simulation/index.ts");
  const { table } = await import("../console/table.ts");
  const { say } = await import("../console/terminal.ts");
  const clusters = await clusterStatus({ root: projectRoot, ...(stack === undefined ? {} : { stack }) });
  if (options.json) {
    say(JSON.stringify({ version: 1, clusters }, undefined, 2));
  } else if (clusters.length === 0) {
    say("No simulated cluster was ever started here: ./quint cluster start");
  } else {
    const mebibytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MiB`;
    const summary = clusters.map(({ stack: name, phase, kubernetesVersion, nodes, memoryBytes, server }) => [
      name,
      phase,
      kubernetesVersion ?? "",
      nodes === undefined ? "" : `${nodes.ready}/${nodes.total}`,
      memoryBytes === 0 ? "" : mebibytes(memoryBytes),
      server ?? "",
    ]);
    const columns = ["cluster", "state", "kubernetes", "nodes", "memory", "server"].map((title) => ({
      title,
    }));
    for (const line of table(columns, summary)) say(line);
    for (const { processes, stack: name, kubeconfigPath } of clusters.filter(
      (one) => one.processes.length > 0,
    )) {
      say(`\n  ${name}: KUBECONFIG=${kubeconfigPath}`);
      const rows = processes.map((process) => [
        process.name,
        process.pid === undefined ? "(restarting)" : String(process.pid),
        mebibytes(process.memoryBytes),
        String(process.restarts),
        process.lastEnd ?? "",
      ]);
      const titles = ["process", "pid", "memory", "restarts", "last end"].map((title) => ({ title }));
      for (const line of table(titles, rows)) say(line);
    }
  }
  const down = stack !== undefined && clusters.some(({ phase }) => phase !== "running");
  if (down) process.exitCode = exitCodes.failed.code;
}
