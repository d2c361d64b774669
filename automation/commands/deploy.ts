/** `quint deploy`: a new version of a platform. */
import { Command, Option } from "commander";
import { releaseStrategies, type ReleaseStrategy } from "../../platforms/release/index.ts";
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

interface DeployOptions extends DeliveryCommandOptions {
  readonly version: string;
  readonly strategy?: ReleaseStrategy;
  readonly environment?: string;
  readonly dryRun?: boolean;
}

export function deployCommand(): Command {
  const command = changingOptions(
    new Command("deploy")
      .summary("deliver a version of a platform: check, back up, change, watch, take back what is wrong")
      .description(
        [
          "Brings a version of a platform's own images to a stack.",
          numbered([
            "What an interrupted deploy of the same version left is finished first.",
            "Checks, before anything changes: the settings; the sync windows of the platform's project; with GitOps a clean working tree and the right to push; whether the images are in their registries for every architecture of the nodes (one that cannot be reached is noted, not refused).",
            "Shows the changed lines of Pulumi.<stack>.yaml, and asks: in production for the stack's name.",
            "Makes a Velero backup where the platform declares a recovery objective.",
            "Writes the settings, and runs `up` for this platform. With GitOps: renders, commits, pushes, and waits until Argo CD has synced that commit and everything is healthy.",
            "Waits for rollouts, and asks every server its health path.",
            "Watches for quint:rollback.watchMinutes: health, more than 1 % errors or responses slower than 2 s over 5 minutes, critical alerts. Any of them takes the delivery back, and the history says why.",
          ]),
          "What a version is: cancer, clinical-trials, health-data: the tag of all of the platform's own images. code-review: a release of that name, run by stable. chest-xray: the image of the copy that takes no requests; `switch-traffic` then moves them.",
        ].join("\n\n"),
      )
      .addArgument(platformArgument())
      .requiredOption("--version <version>", "tag of the images, e.g. v2.1.0")
      .addOption(
        new Option("--strategy <strategy>", "how it comes in, where the platform has a choice").choices(
          releaseStrategies,
        ),
      )
      .option(
        "--environment <name>",
        "code-review: stable, experiment or quarantine; chest-xray: blue or green",
      )
      .option("--dry-run", "check everything, show what would change object by object, change nothing"),
  ).action(deploy);
  return examples(command, [
    ["./quint deploy chest-xray --version v2.1.0", "to the copy of production that stands by"],
    ["./quint deploy clinical-trials --version v1.4.0 --strategy canary --dry-run", "only look"],
    ["./quint deploy health-data --stack staging --version v3.0.1 --yes --json", "for CI"],
    ['./quint deploy cancer --version v1.0.2 --emergency --reason "CVE-2026-1"', "outside of the windows"],
  ]).addHelpText("after", exitCodeHelp(deliveryExitCodes));
}

async function deploy(platform: string, options: DeployOptions): Promise<void> {
  const { deployVersion, rehearseDeploy } = await import("../delivery/deploy.ts");
  const { report } = await import("../delivery/run.ts");
  const { version, strategy, environment } = options;
  const words = [
    platform,
    "--version",
    version,
    ...(strategy === undefined ? [] : ["--strategy", strategy]),
    ...(environment === undefined ? [] : ["--environment", environment]),
  ];
  const asked = {
    context: await contextOf(platform, options),
    request: requestOf("deploy", words, options),
    options,
  };
  const of = {
    version,
    ...(strategy === undefined ? {} : { strategy }),
    ...(environment === undefined ? {} : { environment }),
  };
  if (options.dryRun === true) await rehearseDeploy(asked, of);
  else report(asked, await deployVersion(asked, of));
}
