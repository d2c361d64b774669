/** `quint down`: takes a stack down. */
import { Command } from "commander";
import { projectRoot } from "../paths.ts";
import {
  clusterOption,
  examples,
  overridesOf,
  stackArgument,
  verboseOption,
  yesOption,
  type SharedOptions,
} from "./shared-options.ts";

interface DownOptions extends SharedOptions {
  readonly keepData?: boolean;
  readonly keepNamespaces?: boolean;
  readonly confirm?: string;
}

export function downCommand(): Command {
  const command = new Command("down")
    .summary("take a stack down: list what goes, ask, delete")
    .description(
      "Deletes everything of a stack from its cluster, after listing it and asking; volumes whose data would be lost are " +
        "listed one by one. Production is only taken down by its name, unless it is simulated. A simulated cluster keeps running " +
        "(`quint cluster stop`). What is kept stays in the state and is used again by the next `up`.",
    )
    .addArgument(stackArgument())
    .addOption(clusterOption())
    .addOption(yesOption())
    .option("--confirm <stack>", "for scripts: the name that production asks for")
    .option("--keep-data", "leave volumes, the passwords that open them, and their namespaces")
    .option("--keep-namespaces", "leave the namespaces, empty")
    .addOption(verboseOption())
    .action(down);
  return examples(command, [
    ["./quint down dev", "list, ask, delete"],
    ["./quint down dev --yes --keep-data", "keep what cannot be made again"],
    ["./quint down production --confirm production", "for scripts"],
  ]);
}

async function down(stack: string, options: DownOptions): Promise<void> {
  const { isSimulated } = await import("../../config/index.ts");
  const { hasSimulatedCluster } = await import("../session/cluster.ts");
  const { openForRun } = await import("../session/open.ts");
  const { withSession } = await import("../session/with-session.ts");
  const { forget, takeDown } = await import("../session/take-down.ts");
  const overrides = overridesOf(options);
  const { settings } = openForRun({ root: projectRoot, stack, overrides });
  const gone = isSimulated(settings.cluster) && !hasSimulatedCluster(projectRoot, stack);
  const session = {
    root: projectRoot,
    stack,
    overrides,
    command: "down",
    cluster: gone ? "none" : "start",
  } as const;
  await withSession(session, async (open) => {
    if (gone) {
      await forget(open);
    } else {
      await takeDown(open, {
        yes: options.yes ?? false,
        verbose: options.verbose ?? false,
        confirm: options.confirm,
        keepData: options.keepData ?? false,
        keepNamespaces: options.keepNamespaces ?? false,
      });
    }
  });
}
