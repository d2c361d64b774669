/** How errors reach the terminal. */
import { CommandError, endingOf, exitCodes, messageOf } from "../exit.ts";
import { note, paint } from "./terminal.ts";

/** Prints what was thrown and returns the exit code it stands for. */
export function explain(error: unknown): number {
  const ending = endingOf(error);
  if (ending === undefined) {
    note(
      `${paint("red", "Something nobody foresaw:")} ${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}`,
    );
    return exitCodes.failed.code;
  }
  // Errors of the settings and of the simulated cluster carry their remedies in the message.
  note(
    error instanceof CommandError && ending !== "interrupted"
      ? `${ending === "waiting" ? paint("yellow", "…") : paint("red", "✖")} ${error.message}`
      : messageOf(error),
  );
  if (error instanceof CommandError) for (const remedy of error.remedies) note(`  ${remedy}`);
  return exitCodes[ending].code;
}
