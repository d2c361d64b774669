/** `quint unlock`: removes the lock that a run left behind on a machine that is gone. */
import { Command } from "commander";
import { projectRoot } from "../paths.ts";
import { clusterOption, examples, overridesOf, stackArgument, type SharedOptions } from "./shared-options.ts";

interface UnlockOptions extends SharedOptions {
  readonly confirm?: string;
}

export function unlockCommand(): Command {
  const command = new Command("unlock")
    .summary("remove the lock on a stack's state that a run on a lost machine left behind")
    .description(
      "A run locks the state that it changes. A lock of a process of this machine that is gone is removed by the next run; of " +
        "another machine only you can know. Two runs at once spoil a state, so the stack's name has to be typed. What the " +
        "dead run left half done is settled by the next one.",
    )
    .addArgument(stackArgument())
    .addOption(clusterOption())
    .option("--confirm <stack>", "for scripts: the name that is asked for")
    .action(unlock);
  return examples(command, [
    ["./quint unlock production", "ask for the name, remove the lock"],
    ["./quint unlock production --confirm production", "for scripts"],
  ]);
}

async function unlock(stack: string, options: UnlockOptions): Promise<void> {
  const { askForName } = await import("../session/permission.ts");
  const { withSession } = await import("../session/with-session.ts");
  const { say } = await import("../console/terminal.ts");
  const act = { act: "remove its lock", why: "A lock is only removed by the name of its stack" };
  const session = {
    root: projectRoot,
    stack,
    overrides: overridesOf(options),
    command: "unlock",
    cluster: "none",
    withLocks: true,
  } as const;
  await askForName(stack, options.confirm, act);
  await withSession(session, async ({ engine, work }) => {
    await engine.run(["cancel", "--yes", "--stack", stack], work.folder, {});
  });
  say(`The state of ${stack} is not locked any more. ./quint preview ${stack} shows what the last run left.`);
}
