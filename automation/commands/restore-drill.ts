/** `quint restore-drill`: the weekly drill, now. */
import { Argument, Command } from "commander";
import { platformNames } from "../../config/index.ts";
import { exitCodes, failure } from "../exit.ts";
import { projectRoot } from "../paths.ts";
import {
  recoveryOf,
  recoveryHelp,
  recoveryOptions,
  simulatedSkip,
  type Recovery,
  type RecoveryOptions,
} from "./recovery-options.ts";
import { examples, overridesOf } from "./shared-options.ts";

export function restoreDrillCommand(): Command {
  const command = recoveryOptions(
    new Command("restore-drill")
      .summary("restore the newest backups into a scratch place and compare them with what they recorded")
      .description(
        "Runs the job that runs every Sunday, waits for it, and shows its report: for each store whether the restored rows, " +
          "keys or objects are those that the backup recorded, how long the restore took (RTO) and how old the data was " +
          "(RPO). Nothing that serves is touched. Without a platform: all of the stack, one after the other. On a simulated " +
          "cluster the plan is checked and the API server looks at the job; it says what it skipped.",
      )
      .addArgument(new Argument("[platform]", "only this platform").choices(platformNames)),
  ).action(restoreDrill);
  return examples(command, [
    ["./quint restore-drill cancer", "one platform of dev"],
    [
      "./quint restore-drill --stack production --json | jq '.platforms[] | select(.ok == false)'",
      "for scripts",
    ],
  ]).addHelpText(
    "after",
    recoveryHelp({
      0: "every backup can be relied on; or, where nothing can be restored, the plans are in order",
      1: "one cannot: the reason is said",
      2: "wrong arguments or settings",
    }),
  );
}

async function restoreDrill(name: string | undefined, options: RecoveryOptions): Promise<void> {
  const { note, say } = await import("../console/terminal.ts");
  const { reaching } = await import("../cluster/access.ts");
  const results = [];
  for (const platform of name === undefined ? await platformsOf(options) : [name]) {
    const recovery = await recoveryOf(platform, options);
    results.push(await reaching(recovery.access, () => drillOne(recovery, options)));
  }
  const ok = results.every((result) => result.ok !== false);
  if (options.json === true)
    say(JSON.stringify({ version: 1, stack: options.stack, ok, platforms: results }, undefined, 2));
  else for (const line of results.flatMap(({ lines }) => lines)) (ok ? say : note)(line);
  if (!ok) process.exitCode = exitCodes.failed.code;
}

async function platformsOf({ stack, ...options }: RecoveryOptions): Promise<readonly string[]> {
  const { openForRun } = await import("../session/open.ts");
  const { settings } = openForRun({ root: projectRoot, stack, overrides: overridesOf(options) });
  return platformNames.filter((one) => settings.platforms[one] !== undefined);
}

interface Drilled {
  readonly platform: string;
  /** null where nothing was restored. */
  readonly ok: boolean | null;
  readonly report: object | null;
  readonly planned: readonly string[];
  readonly skipped: readonly string[];
  readonly lines: readonly string[];
}

async function drillOne({ platform, client, really }: Recovery, { json }: RecoveryOptions): Promise<Drilled> {
  const { carryOut } = await import("../recovery/carry-out.ts");
  const { reportOf } = await import("../recovery/backups.ts");
  const { planIn } = await import("../recovery/plan.ts");
  const { reportLines } = await import("../../services/recovery/report.ts");
  const { quietSteps, runSteps } = await import("../console/steps.ts");
  const drill = platform.backups?.drill;
  if (drill === undefined) {
    throw failure(
      `${platform.name} has no restore drill: its backups are not proven.`,
      "Set quint:images.recovery, on a cluster that brings a bucket for backups (oke, eks; simulated to try it).",
    );
  }
  if (json === true) quietSteps();
  const plan = await planIn(client, drill.namespace);
  const planned = plan.stores.map(({ kind, name }) => `${kind} ${name}`);
  const before = (await reportOf(client, platform))?.finished;
  let refused: string | undefined;
  await runSteps([
    {
      title: `Drill of ${platform.name}`,
      chatty: true,
      run: async (report) => {
        const cronJob = { name: drill.jobs.drill, namespace: drill.namespace };
        try {
          const { result, object } = await carryOut(
            client,
            { title: platform.name, cronJob },
            really,
            report,
          );
          if (result === "missing")
            throw failure(`${cronJob.namespace} has no CronJob ${cronJob.name}.`, "Deploy it: ./quint up");
          return `${object} ${result}`;
        } catch (error) {
          // A drill that fails has a report all the same.
          if (!really) throw error;
          refused = error instanceof Error ? error.message : String(error);
          return "failed";
        }
      },
    },
  ]);
  const of = { platform: platform.name, planned };
  if (!really) {
    const lines = [`${platform.name}: the plan is in order: ${planned.join(", ")}.`, simulatedSkip];
    return { ...of, ok: null, report: null, skipped: [simulatedSkip], lines };
  }
  const found = await reportOf(client, platform);
  if (found === undefined || found.finished === before)
    throw failure(refused ?? `The drill of ${platform.name} ended without a report.`);
  const skipped = found.stores.flatMap((store) =>
    store.skipped === undefined ? [] : [`${store.store}: ${store.skipped}`],
  );
  return { ...of, ok: found.ok, report: found, skipped, lines: reportLines(found) };
}
