/** `quint status`: what is in the cluster. */
import { Command } from "commander";
import { exitCodes } from "../exit.ts";
import { projectRoot, workFolderOf } from "../paths.ts";
import {
  clusterOption,
  examples,
  jsonOption,
  overridesOf,
  platformsOption,
  stackArgument,
  type SharedOptions,
} from "./shared-options.ts";

export function statusCommand(): Command {
  const command = new Command("status")
    .summary("show workloads, volumes, routes, quotas and recent warnings")
    .description(
      "Shows a stack as it is in its cluster: workloads with their pods, images and addresses; volumes and what they " +
        "keep; routes from outside; quotas; the warnings of the last hour. Exits with 1 when something is not ready. " +
        "The JSON's shape is automation/cluster/report.ts; fields are only ever added to it.",
    )
    .addArgument(stackArgument())
    .addOption(clusterOption())
    .addOption(platformsOption("the others and the foundation are not shown"))
    .addOption(jsonOption())
    .action(status);
  return examples(command, [
    ["./quint status", "dev, for people"],
    ["./quint status dev --json | jq '.workloads[] | {name, ready}'", "for scripts"],
  ]);
}

async function status(stack: string, options: SharedOptions): Promise<void> {
  const { openForRun } = await import("../session/open.ts");
  const { accessTo } = await import("../cluster/access.ts");
  const { readStatus } = await import("../cluster/status.ts");
  const { remedyForMissing, simulationNotices, statusTables } = await import("../cluster/tables.ts");
  const { note, say } = await import("../console/terminal.ts");
  const { readJournal, unfinishedLine } = await import("../delivery/journal.ts");
  const { journalIn, readRestoreJournal, unfinishedRestore } = await import("../recovery/journal.ts");
  const { settings, apart } = openForRun({ root: projectRoot, stack, overrides: overridesOf(options) });
  const { operation, folder } = workFolderOf(projectRoot, stack, apart);
  const unfinished = [
    unfinishedLine(readJournal(operation)),
    unfinishedRestore(readRestoreJournal(journalIn(folder))),
  ];
  for (const line of unfinished) if (line !== undefined) note(line);
  const report = await readStatus(settings, accessTo(settings, projectRoot), options.platforms);
  if (options.json) {
    say(JSON.stringify(report, undefined, 2));
  } else {
    for (const line of statusTables(report)) say(line);
    for (const line of simulationNotices(report)) say(`\n  ${line}`);
    if (report.missing.length > 0) say(`\n  ${remedyForMissing(report)}`);
    if (report.workloads.length === 0) say(`\n  Nothing of ${stack} is deployed: ./quint up ${stack}`);
  }
  if (!report.ready) process.exitCode = exitCodes.failed.code;
}
