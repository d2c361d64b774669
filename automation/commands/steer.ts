/** `quint promote` and `quint abort`: what is under way goes on, or back. */
import { Command } from "commander";
import {
  changingOptions,
  contextOf,
  deliveryExitCodes,
  exitCodeHelp,
  platformArgument,
  requestOf,
  type DeliveryCommandOptions,
} from "./delivery-options.ts";
import { examples } from "./shared-options.ts";

interface PromoteOptions extends DeliveryCommandOptions {
  readonly full?: boolean;
  readonly workload?: string;
}

const workloadOption = ["--workload <name>", "only this Rollout"] as const;

export function promoteCommand(): Command {
  const command = changingOptions(
    new Command("promote")
      .summary("let a version that waits go on: past a canary's pause, or from preview to active")
      .description(
        "Does what `kubectl argo rollouts promote` does to the Rollouts of a platform that are under way: past the pause " +
          "or step where they stand; with --full past everything that is left. Then waits until the version is in, and " +
          "watches the four triggers as `deploy` does: what is not good is taken back, settings and all. Keeps to the " +
          "sync windows, and is written into the history.",
      )
      .addArgument(platformArgument())
      .option(...workloadOption)
      .option("--full", "past all steps and analyses that are left"),
  ).action((platform: string, options: PromoteOptions) => steer("promote", platform, options));
  return examples(command, [
    ["./quint promote clinical-trials --workload model-serving", "preview becomes active"],
    ["./quint promote clinical-trials --full", "no more steps"],
  ]).addHelpText("after", exitCodeHelp(deliveryExitCodes));
}

export function abortCommand(): Command {
  const command = changingOptions(
    new Command("abort")
      .summary("take back what is under way: an interrupted delivery, or Rollouts in the middle")
      .description(
        "A delivery that was interrupted or killed is undone: settings and cluster are as before it. Where there is none, " +
          "the platform's Rollouts that are under way go back to their stable pods, as with `kubectl argo rollouts abort`; " +
          "their settings still name the new version, and `rollback` changes these. Windows do not forbid it.",
      )
      .addArgument(platformArgument())
      .option(...workloadOption),
  ).action((platform: string, options: PromoteOptions) => steer("abort", platform, options));
  return examples(command, [
    ['./quint abort chest-xray --reason "wrong version"', "undo what was interrupted"],
    ["./quint abort clinical-trials --workload clinical-gateway", "stop its canary"],
  ]).addHelpText("after", exitCodeHelp(deliveryExitCodes));
}

async function steer(kind: "promote" | "abort", platform: string, options: PromoteOptions): Promise<void> {
  const { readJournal } = await import("../delivery/journal.ts");
  const { steer: go } = await import("../delivery/steer.ts");
  const context = await contextOf(platform, options);
  const left = kind === "abort" ? readJournal(context.journal) : undefined;
  if (left?.record.platform === platform) {
    const { report, takenBack } = await import("../delivery/run.ts");
    const { askForDelivery } = await import("../delivery/permission.ts");
    await askForDelivery(context, options);
    const done = await takenBack(context, left, options.reason ?? "aborted");
    report({ context, options, request: requestOf(kind, [platform], options) }, done);
    return;
  }
  const { root, stack, overrides } = context;
  const wayBack = async () => {
    const { auditTrail, deliveriesIn } = await import("../delivery/history.ts");
    const { readUpdates } = await import("../session/history.ts");
    const deliveries = deliveriesIn(auditTrail(await readUpdates({ root, stack, overrides })), platform);
    return { deliveries, request: requestOf("rollback", [platform], options) };
  };
  await go(context, kind, options, options, wayBack);
}
