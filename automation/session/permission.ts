/** Asking before something is changed. */
import { ask, confirm, isInteractive } from "../console/terminal.ts";
import { declined } from "../exit.ts";

/**
 * Asks a yes-or-no question, unless the answer was given beforehand.
 * @throws CommandError (declined) when the answer is no, or nobody is there to answer.
 */
export async function askToGoOn(question: string, yes: boolean): Promise<void> {
  if (yes) return;
  if (!isInteractive()) {
    throw declined(
      "Nobody is there to answer, and --yes was not given; nothing was changed.",
      "Add --yes to go on without asking.",
    );
  }
  if (!(await confirm(question))) throw declined("Nothing was changed.");
}

/** What a typed name is asked for. */
export interface NamedAct {
  /** After "to", in the question: `take it down`. */
  readonly act: string;
  /** Why a yes will not do, where nobody can type: `Production is only taken down by its name`. */
  readonly why: string;
}

/**
 * Has the stack's name typed, so that no habit answers.
 * @param given the name, where it was said beforehand.
 * @throws CommandError (declined) when it is another name, or nobody is there to type it.
 */
export async function askForName(
  stack: string,
  given: string | undefined,
  { act, why }: NamedAct,
): Promise<void> {
  if (given === stack) return;
  if (given !== undefined)
    throw declined(`"${given}" is not the name of this stack, ${stack}; nothing was changed.`);
  if (!isInteractive()) throw declined(`${why}; nothing was changed.`, `Add --confirm ${stack}.`);
  if ((await ask(`Type the name of the stack to ${act}:`)) !== stack) throw declined("Nothing was changed.");
}
