/** `quint backup` and `quint backups`: have everything backed up now; what there is. */
import { Command } from "commander";
import { badInput, exitCodes } from "../exit.ts";
import { projectRoot } from "../paths.ts";
import { platformArgument } from "./delivery-options.ts";
import {
  recoveryHelp,
  recoveryOptions,
  recoveryOf,
  simulatedSkip,
  type RecoveryOptions,
} from "./recovery-options.ts";
import {
  clusterOption,
  examples,
  jsonOption,
  overridesOf,
  stackArgument,
  type SharedOptions,
} from "./shared-options.ts";

export function backupCommand(): Command {
  const command = recoveryOptions(
    new Command("backup")
      .summary("back a platform up now, as its schedules do")
      .description(
        "Asks CloudNativePG for a base backup of every database server, runs the jobs that dump and mirror the other stores, " +
          "and has Velero copy the namespaces; waits for all of them. Where no controller runs (a simulated cluster), the " +
          "API server looks at each request, and nothing is carried out: it says so.",
      )
      .addArgument(platformArgument()),
  ).action(backup);
  return examples(command, [
    ["./quint backup clinical-trials --stack production", "before something that cannot be undone"],
    ["./quint backup cancer --json | jq '.outcomes[] | select(.result != \"done\")'", "for scripts"],
  ]).addHelpText(
    "after",
    recoveryHelp({
      0: "done, or looked at where it cannot be done",
      1: "a backup failed",
      2: "wrong arguments",
    }),
  );
}

async function backup(platform: string, options: RecoveryOptions): Promise<void> {
  const { backupRequests } = await import("../recovery/requests.ts");
  const { carryOut } = await import("../recovery/carry-out.ts");
  const { scheduleTemplate } = await import("../cluster/velero.ts");
  const { runSteps, quietSteps } = await import("../console/steps.ts");
  const { note, say } = await import("../console/terminal.ts");
  const { reaching } = await import("../cluster/access.ts");
  const opened = await recoveryOf(platform, options);
  const { access } = opened;
  const [daily] = opened.platform.backups?.schedules ?? [];
  const template = await reaching(access, () =>
    scheduleTemplate(opened.client, `${platform}-${daily?.name ?? ""}`),
  );
  const requests = backupRequests(opened.platform, new Date(), template);
  if (requests.length === 0) throw badInput(`${platform} declares no backups.`);
  if (options.json === true) quietSteps();
  const outcomes: Awaited<ReturnType<typeof carryOut>>[] = [];
  await runSteps(
    requests.map((request) => ({
      title: request.title,
      chatty: true,
      run: async (report) => {
        const outcome = await reaching(access, () => carryOut(opened.client, request, opened.really, report));
        outcomes.push(outcome);
        return outcome.result === "missing"
          ? "its job is not in the cluster: ./quint up makes it where there is a bucket for backups"
          : `${outcome.object} ${outcome.result}`;
      },
    })),
    { concurrent: true },
  );
  const skipped = opened.really ? [] : [simulatedSkip];
  if (options.json === true)
    say(JSON.stringify({ version: 1, stack: options.stack, platform, outcomes, skipped }, undefined, 2));
  else for (const line of skipped) note(line);
  if (outcomes.some(({ result }) => result === "missing") && opened.really)
    process.exitCode = exitCodes.failed.code;
}

export function backupsCommand(): Command {
  const command = new Command("backups")
    .summary("show what is backed up, when it was, and whether a drill has restored it")
    .description(
      "Lists every declared backup of a stack, and the copy of them all in the second bucket: its schedule, the newest copy that is whole, and what the last restore drill " +
        "found of it. A backup counts only once it has been restored: until then it is not verified. The JSON's shape is " +
        "automation/recovery/backups.ts; fields are only ever added to it.",
    )
    .addArgument(stackArgument())
    .addOption(clusterOption())
    .addOption(jsonOption())
    .action(backups);
  return examples(command, [
    ["./quint backups production", "for people"],
    ["./quint backups dev --json | jq '.backups[] | select(.verified == null)'", "never restored"],
  ]).addHelpText(
    "after",
    recoveryHelp({ 0: "shown", 1: "the cluster does not answer", 2: "wrong arguments" }),
  );
}

async function backups(stack: string, options: SharedOptions): Promise<void> {
  const { openForRun } = await import("../session/open.ts");
  const { accessTo, connect, reaching } = await import("../cluster/access.ts");
  const { describePlatforms } = await import("../../platforms/index.ts");
  const { readBackups, readOffsiteCopies } = await import("../recovery/backups.ts");
  const { table } = await import("../console/table.ts");
  const { say } = await import("../console/terminal.ts");
  const { settings } = openForRun({ root: projectRoot, stack, overrides: overridesOf(options) });
  const access = accessTo(settings, projectRoot);
  const rows = await reaching(access, async () => {
    const client = await connect(access);
    return [
      ...(await readBackups(client, describePlatforms(settings))),
      ...(await readOffsiteCopies(client, settings.foundation)),
    ];
  });
  const skipped = access.simulated ? [simulatedSkip] : [];
  if (options.json === true) {
    say(JSON.stringify({ version: 1, stack, backups: rows, skipped }, undefined, 2));
    return;
  }
  const titles = ["platform", "kind", "what", "schedule (UTC)", "kept", "newest", "size", "verified"];
  const lines = table(
    titles.map((title) => ({ title })),
    rows.map(({ platform, kind, name, schedule, retentionDays, newest, verified }) => [
      platform,
      kind,
      name,
      schedule,
      retentionDays === null ? "as its owner says" : `${retentionDays} days`,
      newest === null ? "none yet" : newest.at,
      sized(verified?.bytes ?? undefined),
      verified === null
        ? "no"
        : verified.ok
          ? `at ${verified.at}`
          : `FAILED at ${verified.at}: ${verified.reason ?? ""}`,
    ]),
  );
  for (const line of lines) say(line);
  for (const line of skipped) say(`\n  ${line}`);
}

/** Nobody but the drill has looked how big a copy is. */
function sized(bytes: number | undefined): string {
  return bytes === undefined ? "-" : `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
