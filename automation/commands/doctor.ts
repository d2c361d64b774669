/** `quint doctor`: what this machine has and lacks. */
import { Command } from "commander";
import { exitCodes } from "../exit.ts";
import { examples } from "./shared-options.ts";

export function doctorCommand(): Command {
  const command = new Command("doctor")
    .summary("check what this machine has, with a remedy for what it lacks")
    .description(
      "Checks Node.js, the Pulumi engine, the provider plugins, the programs of the simulated cluster, Go, Docker and the " +
        "disk: one line each. Exits with 1 when something is missing that `up` on a simulated cluster cannot do without.",
    )
    .option("--retry", "forget downloads that failed, so that the next run tries them again")
    .action(doctor);
  return examples(command, [["./quint doctor --retry", "after the network was repaired"]]);
}

async function doctor(options: { retry?: boolean }): Promise<void> {
  const { attempts } = await import("../engine/sources.ts");
  const { examine } = await import("../session/doctor.ts");
  const { table } = await import("../console/table.ts");
  const { paint, say } = await import("../console/terminal.ts");
  if (options.retry) attempts().forget();
  const findings = await examine();
  const marks = { good: paint("green", "✔"), fair: paint("yellow", "•"), bad: paint("red", "✖") };
  const rows = findings.map(({ verdict, what, found, remedy }) => [
    marks[verdict],
    what,
    remedy === undefined ? found : `${found}; ${remedy}`,
  ]);
  for (const line of table([{ title: "" }, { title: "what" }, { title: "found" }], rows)) say(line);
  if (findings.some(({ verdict }) => verdict === "bad")) process.exitCode = exitCodes.failed.code;
}
