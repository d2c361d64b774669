/** `quint health-check`: how a platform is. */
import { Command } from "commander";
import { badInput, exitCodes } from "../exit.ts";
import {
  contextOf,
  exitCodeHelp,
  lookingOptions,
  platformArgument,
  type DeliveryCommandOptions,
} from "./delivery-options.ts";
import { examples } from "./shared-options.ts";

interface HealthOptions extends DeliveryCommandOptions {
  readonly environment?: string;
}

export function healthCheckCommand(): Command {
  const command = lookingOptions(
    new Command("health-check")
      .summary("show how a platform is: pods, endpoints, answers, rollouts, analyses, objectives")
      .description(
        "Looks at a platform, or one of its environments: whether every pod is ready; whether every Service has endpoints; " +
          "whether every server answers at its health path, through the Kubernetes API; where Rollouts stand and what their " +
          "analyses found; and the objectives whose breach takes a delivery back. What cannot be looked at is said, and " +
          "does not count.",
      )
      .addArgument(platformArgument())
      .option(
        "--environment <name>",
        "chest-xray: blue or green; code-review: stable, experiment, quarantine",
      ),
  ).action(healthCheck);
  return examples(command, [
    ["./quint health-check chest-xray --environment blue", "one copy"],
    ["./quint health-check clinical-trials --json | jq '.checks[] | select(.ok == false)'", "for scripts"],
  ]).addHelpText(
    "after",
    exitCodeHelp({ 0: "nothing is wrong", 1: "something is", 2: "wrong arguments or settings" }),
  );
}

async function healthCheck(platform: string, options: HealthOptions): Promise<void> {
  const { checkHealth } = await import("../delivery/health-check.ts");
  const { table } = await import("../console/table.ts");
  const { paint, say } = await import("../console/terminal.ts");
  const { environment } = options;
  const context = await contextOf(platform, options);
  const { environments } = context.release;
  if (environment !== undefined && !environments.includes(environment)) {
    const remedy = environments.length === 0 ? "It has but one." : `It has: ${environments.join(", ")}.`;
    throw badInput(`${platform} has no environment "${environment}".`, remedy);
  }
  const checks = await checkHealth(context, environment);
  const healthy = checks.every(({ ok }) => ok !== false);
  if (options.json === true) {
    const of = { version: 1, stack: options.stack, platform, environment, healthy };
    say(
      JSON.stringify(
        { ...of, checks: checks.map((check) => ({ ...check, ok: check.ok ?? null })) },
        undefined,
        2,
      ),
    );
  } else {
    const mark = (ok: boolean | undefined): string =>
      ok === undefined ? "-" : ok ? paint("green", "✔") : paint("red", "✗");
    for (const line of table(
      [{ title: "" }, { title: "check" }, { title: "of" }, { title: "found" }],
      checks.map(({ kind, name, ok, detail }) => [mark(ok), kind, name, detail]),
    ))
      say(line);
    say(`\n  ${platform} is ${healthy ? "healthy" : "not healthy"}.`);
  }
  if (!healthy) process.exitCode = exitCodes.failed.code;
}
