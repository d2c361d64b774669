/** How a command ends: exit codes, and errors whose message is meant for the person at the terminal. */

/** Exit codes of every command; `quint --help` prints them. */
export const exitCodes = {
  ok: { code: 0, meaning: "done; for status: everything is ready" },
  failed: { code: 1, meaning: "something failed, or (status) is not ready" },
  badInput: { code: 2, meaning: "wrong arguments or settings; nothing was started" },
  declined: { code: 3, meaning: "refused or declined; nothing was changed" },
  waiting: { code: 4, meaning: "delivered, but a new version waits for `promote` or `abort`" },
  interrupted: { code: 130, meaning: "interrupted with ctrl-C" },
} as const;

export type Ending = keyof typeof exitCodes;

/** Ends a command with a message that is printed as it is, without a stack trace. */
export class CommandError extends Error {
  override readonly name: string = "CommandError";
  readonly ending: Ending;
  /** What to do about it, one line each. */
  readonly remedies: readonly string[];

  constructor(ending: Ending, message: string, remedies: readonly string[] = []) {
    super(message);
    this.ending = ending;
    this.remedies = remedies;
  }
}

/** Something that was tried did not work. */
export function failure(message: string, ...remedies: string[]): CommandError {
  return new CommandError("failed", message, remedies);
}

/** The arguments or settings are wrong; nothing was started. */
export function badInput(message: string, ...remedies: string[]): CommandError {
  return new CommandError("badInput", message, remedies);
}

/** The command may not or shall not go on; nothing was changed. */
export function declined(message: string, ...remedies: string[]): CommandError {
  return new CommandError("declined", message, remedies);
}

/** What was asked for is done as far as it goes without a person. */
export function waiting(message: string, ...remedies: string[]): CommandError {
  return new CommandError("waiting", message, remedies);
}

/** Somebody pressed ctrl-C or asked the process to end. */
export function interrupted(message: string, ...remedies: string[]): CommandError {
  return new CommandError("interrupted", message, remedies);
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Errors of other folders whose message is meant for the terminal, by the name they carry. By name, so that printing
 * an error loads neither the settings nor the simulation.
 */
const endingByName: Readonly<Record<string, Ending>> = {
  SettingsError: "badInput",
  SimulationError: "failed",
  // The engine's refusals, in its own words.
  ConcurrentUpdateError: "declined",
  StackNotFoundError: "failed",
  CommandError: "failed",
};

/** What the system says of a folder that may not be written, or is full: its message has the reason and the path. */
const unwritable = new Set(["EACCES", "EROFS", "ENOSPC", "EDQUOT"]);

/** How a command ends that threw this; `undefined` for an error that nobody foresaw. */
export function endingOf(error: unknown): Ending | undefined {
  if (error instanceof CommandError) return error.ending;
  if (!(error instanceof Error)) return undefined;
  const { code = "", path } = error as NodeJS.ErrnoException;
  return unwritable.has(code) && path !== undefined ? "failed" : endingByName[error.name];
}
