/** An error of the simulated cluster whose message is meant for the person at the terminal: what, why, remedy. */
export class SimulationError extends Error {
  override readonly name = "SimulationError";
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a system error such as `ENOENT`, if it has one. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
