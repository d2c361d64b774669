/** What is wrong with settings, all of it at once, in words that a terminal shows. */

/** One thing that is wrong with the settings. */
export interface Problem {
  /** Setting that is wrong, e.g. `quint:cluster.nodePools[0].cpu`. */
  readonly key: string;
  /** The value as written, shortened; `(not set)` where there is none, `(hidden)` where it may be a credential. */
  readonly value: string;
  /** Why it is wrong. */
  readonly reason: string;
  /** What to write instead. */
  readonly remedy: string;
  /** File and line of the value, e.g. `Pulumi.dev.yaml:14`, where the settings come from a file. */
  readonly where?: string;
}

/** Thrown for wrong settings, before anything is registered or changed. Its message lists every problem. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly problems: readonly Problem[];
  /** The SDK's mark of an error that is the user's to mend: the engine then shows the message without a stack trace. */
  readonly __pulumiRunError = true;

  /**
   * @param problems at least one.
   * @param source what the problems are in, e.g. `Pulumi.dev.yaml`.
   */
  constructor(problems: readonly Problem[], source: string) {
    super(messageOf(problems, source));
    this.problems = problems;
  }
}

function messageOf(problems: readonly Problem[], source: string): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return [`${count} in ${source}`, ...problems.map(blockOf)].join("\n\n");
}

function blockOf({ key, value, reason, remedy, where }: Problem): string {
  return [
    where === undefined ? key : `${key}  (${where})`,
    `  value   ${value}`,
    `  reason  ${reason}`,
    `  write   ${indented(remedy)}`,
  ].join("\n");
}

/** Further lines of a remedy (examples) stand under its first. */
function indented(text: string): string {
  return text.replaceAll("\n", "\n          ");
}
