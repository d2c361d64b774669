/** `quint rollback`: back to a version before. */
import { Command, Option } from "commander";
import { badInput } from "../exit.ts";
import {
  changingOptions,
  contextOf,
  deliveryExitCodes,
  exitCodeHelp,
  numbered,
  platformArgument,
  requestOf,
  type DeliveryCommandOptions,
} from "./delivery-options.ts";
import { examples } from "./shared-options.ts";

interface RollbackOptions extends DeliveryCommandOptions {
  readonly to?: string;
  readonly version?: string;
}

export function rollbackCommand(): Command {
  const command = changingOptions(
    new Command("rollback")
      .summary("go back to the version before, or to one that is named")
      .description(
        [
          "Takes a delivery back.",
          numbered([
            "One that was interrupted is undone: settings and cluster are as before it.",
            "Otherwise, without a version, what the latest delivery changed is changed back. chest-xray: after a traffic switch all requests go back to the other copy, which grows first; after a deploy the copy gets its image of before. A rollback is not rolled back: name the version.",
            "With a version: that one is delivered. chest-xray: to the copy that runs it, or to the one that takes no requests, which then gets all of them. `last-known-good` is the newest one that ended well and that nobody went back from.",
            "Waits for rollouts and asks every server. A rollback that fails stays where it is: there is no way back from a way back but another one.",
          ]),
          "It keeps to sync windows, and asks registries whether they still have the images; --emergency passes over both.",
        ].join("\n\n"),
      )
      .addArgument(platformArgument())
      .option("--to <version>", "version to go back to, or last-known-good")
      .addOption(new Option("--version <version>", "the same as --to").hideHelp()),
  ).action(rollback);
  return examples(command, [
    ['./quint rollback chest-xray --reason "Critical bug in v2.1.0"', "to where requests came from"],
    ['./quint rollback chest-xray --version v2.0.5 --reason "Critical bug in v2.1.0"', "to a version"],
    [
      './quint rollback chest-xray --to last-known-good --emergency --reason "Complete system failure"',
      "now",
    ],
  ]).addHelpText("after", exitCodeHelp(deliveryExitCodes));
}

async function rollback(platform: string, options: RollbackOptions): Promise<void> {
  const version = options.to ?? options.version;
  if (options.reason === undefined || options.reason.trim() === "")
    throw badInput("A rollback needs a reason: whoever looks into it starts there.", 'Add --reason "…".');
  const { rollBack } = await import("../delivery/rollback.ts");
  const { deliveriesIn, auditTrail } = await import("../delivery/history.ts");
  const { readUpdates } = await import("../session/history.ts");
  const { report } = await import("../delivery/run.ts");
  const context = await contextOf(platform, options);
  const asked = {
    context,
    request: requestOf("rollback", [platform, ...(version === undefined ? [] : ["--to", version])], options),
    options,
  };
  const { root, stack, overrides } = context;
  const history = async () =>
    deliveriesIn(auditTrail(await readUpdates({ root, stack, overrides })), platform);
  report(asked, await rollBack(asked, version === undefined ? {} : { version }, history));
}
