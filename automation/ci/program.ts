/** Programs of `tools/` for steps of a workflow. */
import { ensureProgram } from "../../simulation/programs/ensure.ts";
import { programs, type ProgramName } from "../../simulation/programs/table.ts";
import { note } from "../console/terminal.ts";
import { badInput } from "../exit.ts";

/** Path of a pinned program. @throws CommandError (bad input) with the names there are. */
export async function programPath(name: string): Promise<string> {
  if (!isProgram(name))
    throw badInput(`No program is called ${name}.`, `There are: ${Object.keys(programs).join(", ")}.`);
  return ensureProgram(name, note);
}

function isProgram(name: string): name is ProgramName {
  return Object.hasOwn(programs, name);
}
