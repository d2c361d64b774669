/** Runs one command to its end. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { SimulationError } from "../problem.ts";

const exec = promisify(execFile);

/**
 * @returns what it printed.
 * @throws SimulationError with the command's last lines.
 */
export async function run(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  try {
    const { stdout } = await exec(command, [...args], { env: environment, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    const words = stderr.trim().split("\n").slice(-4).join("\n") || String(error);
    throw new SimulationError(`${command} ${args[0] ?? ""} failed: ${words}`);
  }
}
