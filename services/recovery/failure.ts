/** Why a backup does not count: a message for the report, with what to do where something can be done. */
export class RecoveryFailure extends Error {
  override readonly name = "RecoveryFailure";
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The failure as the report has it; anything nobody foresaw keeps its own words. */
export function reasonOf(error: unknown): string {
  if (error instanceof RecoveryFailure) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
