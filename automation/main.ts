/** Entry of the command line: parses arguments, runs the command, explains errors, sets the exit code. */
import { CommanderError, type Command } from "commander";
import { commandLine } from "./cli.ts";
import { explain } from "./console/problems.ts";
import { exitCodes } from "./exit.ts";

/** Runs a command line and returns its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const program = commandLine();
  for (const command of [program, ...descendants(program)]) command.exitOverride();
  try {
    await program.parseAsync([...argv], { from: "user" });
    return Number(process.exitCode ?? exitCodes.ok.code);
  } catch (error) {
    // commander has printed help or what is wrong with the arguments.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.badInput.code;
    return explain(error);
  }
}

/** Commands that change a stack or its file. */
const changing: ReadonlySet<string> = new Set([
  ...["up", "down", "refresh", "restart", "scale", "set-image"],
  ...["deploy", "switch-traffic", "promote", "abort", "rollback"],
]);

function descendants(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...descendants(child)]);
}

if (import.meta.main) {
  // The reader may have seen enough: `quint status | head`. What changes a stack goes on without it to the end.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    if (!changing.has(process.argv[2] ?? "")) process.exit(exitCodes.ok.code);
  });
  process.exitCode = await main(process.argv.slice(2));
}
