/** The command line: every command with its help. What a command needs is loaded when it runs. */
import { Command } from "commander";
import { backupCommand, backupsCommand } from "./commands/backups.ts";
import { ciCommand } from "./commands/ci.ts";
import { clusterCommand } from "./commands/cluster.ts";
import { deployCommand } from "./commands/deploy.ts";
import { diffCommand } from "./commands/diff.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { downCommand } from "./commands/down.ts";
import { healthCheckCommand } from "./commands/health-check.ts";
import { historyCommand, lastKnownGoodCommand } from "./commands/history.ts";
import { imagesCommand } from "./commands/images.ts";
import { previewCommand } from "./commands/preview.ts";
import { refreshCommand } from "./commands/refresh.ts";
import { renderCommand } from "./commands/render.ts";
import { restoreDrillCommand } from "./commands/restore-drill.ts";
import { restoreCommand } from "./commands/restore.ts";
import { restartCommand } from "./commands/restart.ts";
import { rollbackCommand } from "./commands/rollback.ts";
import { scaleCommand } from "./commands/scale.ts";
import { secretsCommand } from "./commands/secrets.ts";
import { setImageCommand } from "./commands/set-image.ts";
import { statusCommand } from "./commands/status.ts";
import { abortCommand, promoteCommand } from "./commands/steer.ts";
import { switchTrafficCommand } from "./commands/switch-traffic.ts";
import { unlockCommand } from "./commands/unlock.ts";
import { upCommand } from "./commands/up.ts";
import { exitCodes } from "./exit.ts";

const groups: readonly (readonly [title: string, commands: readonly (() => Command)[]])[] = [
  ["Deploy:", [upCommand, previewCommand, refreshCommand, renderCommand, diffCommand, downCommand]],
  [
    "Deliver a version:",
    [deployCommand, switchTrafficCommand, promoteCommand, abortCommand, rollbackCommand],
  ],
  ["Follow it:", [healthCheckCommand, historyCommand, lastKnownGoodCommand]],
  ["Look:", [statusCommand, secretsCommand, imagesCommand]],
  ["Operate:", [restartCommand, scaleCommand, setImageCommand, unlockCommand]],
  ["Recover:", [backupCommand, backupsCommand, restoreDrillCommand, restoreCommand]],
  ["This machine:", [clusterCommand, doctorCommand]],
  ["Workflows:", [ciCommand]],
];

/** The program, ready to parse arguments. */
export function commandLine(): Command {
  const codes = Object.values(exitCodes).map(
    ({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`,
  );
  const program = new Command("quint")
    .description(
      "Builds a Kubernetes cluster, installs its add-ons, and runs production platforms on it. " +
        "A stack is described by its file Pulumi.<stack>.yaml (docs/configuration.md); without a cluster of its own it " +
        "is tried on a simulated one on this machine.",
    )
    .usage("COMMAND [stack] [options]")
    .helpOption("-h, --help", "show help; `quint COMMAND --help` tells more")
    .showSuggestionAfterError()
    .showHelpAfterError("(`./quint --help` lists the commands)")
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .addHelpText(
      "after",
      `\nExamples:
  ./quint up                          deploy dev; ask before anything is changed
  ./quint up production --cluster simulated
                                      try production on this machine
  ./quint status --json | jq .ready   for scripts
  ./quint down dev --keep-data        remove everything but volumes and passwords

Exit codes:
${codes.join("\n")}`,
    );
  program.addHelpCommand(
    new Command("help")
      .argument("[command]")
      .helpGroup("This machine:")
      .description("show help for a command"),
  );
  for (const [title, commands] of groups) {
    program.commandsGroup(title);
    for (const make of commands) program.addCommand(make());
  }
  return program;
}
