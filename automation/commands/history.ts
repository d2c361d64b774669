/** `quint history` and `quint last-known-good`: what was delivered, and what of it was good. */
import { Argument, Command } from "commander";
import { writeFile } from "node:fs/promises";
import { platformNames } from "../../config/index.ts";
import { declined } from "../exit.ts";
import { projectRoot } from "../paths.ts";
import {
  exitCodeHelp,
  lookingOptions,
  platformArgument,
  type DeliveryCommandOptions,
} from "./delivery-options.ts";
import { examples, overridesOf } from "./shared-options.ts";

interface HistoryOptions extends DeliveryCommandOptions {
  readonly jsonl?: boolean;
  readonly metrics?: string | true;
}

export function historyCommand(): Command {
  const command = lookingOptions(
    new Command("history")
      .summary("show who delivered what, when, why, and how it ended")
      .description(
        "Reads the engine's own history of the stack, wherever its state lives, so that every machine sees the same: each " +
          "deploy, switch, promotion, abort and rollback with who asked for it, from what to what, the reason, whether it was " +
          "an emergency, the steps, the commit, and the result. --jsonl exports the audit trail: one line of JSON for each of " +
          "the engine's updates, also those of `up`, `refresh` and `down`, oldest first. --metrics computes deployment " +
          "metrics (count, duration, success, rollbacks, time to recovery) in Prometheus' text format.",
      )
      .addArgument(new Argument("[platform]", "only this platform").choices(platformNames))
      .option("--jsonl", "the audit trail as JSON Lines")
      .option("--metrics [file]", "deployment metrics as Prometheus text, to a file or stdout"),
  ).action(history);
  return examples(command, [
    ["./quint history chest-xray", "for people"],
    ["./quint history --jsonl > audit.jsonl", "everything, for the archive"],
    [
      "./quint history --metrics /var/lib/node_exporter/quint.prom",
      "for the node exporter's textfile collector",
    ],
  ]).addHelpText("after", exitCodeHelp({ 0: "shown", 1: "the state cannot be read", 2: "wrong arguments" }));
}

export function lastKnownGoodCommand(): Command {
  const command = lookingOptions(
    new Command("last-known-good")
      .summary("show the newest version that ended well and that nobody went back from")
      .description(
        "What `rollback --to last-known-good` goes back to, unless users get it already: then the one before it.",
      )
      .addArgument(platformArgument()),
  ).action(lastGood);
  return examples(command, [["./quint last-known-good chest-xray", "e.g. v2.0.5"]]).addHelpText(
    "after",
    exitCodeHelp({ 0: "shown", 3: "there is none" }),
  );
}

async function trailOf(options: DeliveryCommandOptions) {
  const { auditTrail } = await import("../delivery/history.ts");
  const { readUpdates } = await import("../session/history.ts");
  const of = { root: projectRoot, stack: options.stack, overrides: overridesOf(options) };
  return auditTrail(await readUpdates(of));
}

async function history(platform: string | undefined, options: HistoryOptions): Promise<void> {
  const { deliveriesIn } = await import("../delivery/history.ts");
  const { metricsText } = await import("../delivery/metrics.ts");
  const { historyTable } = await import("../delivery/history-table.ts");
  const { note, say } = await import("../console/terminal.ts");
  const trail = await trailOf(options);
  const deliveries = deliveriesIn(trail, platform);
  if (options.metrics !== undefined) {
    const text = metricsText(options.stack, deliveries);
    if (options.metrics === true) process.stdout.write(text);
    else await writeFile(options.metrics, text);
  } else if (options.jsonl === true) {
    for (const entry of trail)
      if (platform === undefined || entry.delivery?.platform === platform) say(JSON.stringify(entry));
  } else if (options.json === true) {
    say(JSON.stringify({ version: 1, stack: options.stack, platform, deliveries }, undefined, 2));
  } else if (deliveries.length === 0) {
    note(`Nothing was delivered to ${options.stack} yet${platform === undefined ? "" : ` of ${platform}`}.`);
  } else {
    for (const line of historyTable(deliveries)) say(line);
  }
}

async function lastGood(platform: string, options: DeliveryCommandOptions): Promise<void> {
  const { deliveriesIn, lastKnownGood } = await import("../delivery/history.ts");
  const { say } = await import("../console/terminal.ts");
  const found = lastKnownGood(deliveriesIn(await trailOf(options), platform));
  if (found === undefined)
    throw declined(`The history of ${options.stack} has no version of ${platform} that ended well.`);
  if (options.json === true)
    say(JSON.stringify({ version: 1, stack: options.stack, platform, good: found }, undefined, 2));
  else say(found.version);
}
