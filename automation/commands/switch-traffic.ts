/** `quint switch-traffic`: requests from one copy of a platform to the other. */
import { Command, InvalidArgumentError, Option } from "commander";
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

interface SwitchOptions extends DeliveryCommandOptions {
  readonly from?: string;
  readonly to?: string;
  readonly fromEnv?: string;
  readonly toEnv?: string;
  readonly percentage: number;
  readonly watch?: boolean;
}

export function switchTrafficCommand(): Command {
  const command = changingOptions(
    new Command("switch-traffic")
      .summary("move a share of a platform's requests from one of its copies to the other")
      .description(
        [
          "Gives a copy (blue, green) so many percent of the public host's requests, and the other one the rest.",
          numbered([
            "Refuses where the copy that gains is not healthy, and outside of the sync windows.",
            "A copy on standby grows to its full size before it gets the first request.",
            "Writes the shares into Pulumi.<stack>.yaml, where they stay, and delivers them as `deploy` does.",
            "At 100 % (and at every step with --watch) watches the four triggers of a rollback for quint:rollback.watchMinutes. Any of them gives all requests back to the other copy.",
            "Then the other copy goes down to `standbyReplicas`, ready for the way back.",
          ]),
        ].join("\n\n"),
      )
      .addArgument(platformArgument())
      .option("--from <copy>", "the copy that gives requests away, e.g. blue")
      .option("--to <copy>", "the copy that gets them, e.g. green")
      .addOption(new Option("--from-env <copy>", "the same as --from").hideHelp())
      .addOption(new Option("--to-env <copy>", "the same as --to").hideHelp())
      .requiredOption("--percentage <number>", "share of --to afterwards, 0 to 100", percentage)
      .option("--watch", "watch the triggers after this step, also when it is not the last"),
  ).action(switchTraffic);
  return examples(command, [
    [
      "./quint switch-traffic chest-xray --from blue --to green --percentage 10 --watch",
      "try with one in ten",
    ],
    ["./quint switch-traffic chest-xray --from blue --to green --percentage 100", "the last step"],
    ["./quint switch-traffic chest-xray --from-env green --to-env blue --percentage 50", "other spelling"],
  ]).addHelpText("after", exitCodeHelp(deliveryExitCodes));
}

function percentage(text: string): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) > 100)
    throw new InvalidArgumentError("It is a whole number of percent, 0 to 100.");
  return Number(text);
}

async function switchTraffic(platform: string, options: SwitchOptions): Promise<void> {
  const { from = options.fromEnv, to = options.toEnv, percentage: share, watch = false } = options;
  if (from === undefined || to === undefined)
    throw badInput("Both copies have to be named.", "--from blue --to green, for example.");
  const { switchTraffic: go } = await import("../delivery/switch-traffic.ts");
  const { report } = await import("../delivery/run.ts");
  const words = [platform, "--from", from, "--to", to, "--percentage", String(share)];
  const asked = {
    context: await contextOf(platform, options),
    request: requestOf("switch-traffic", [...words, ...(watch ? ["--watch"] : [])], options),
    options,
  };
  report(asked, await go(asked, { from, to, percentage: share, watch }));
}
