/** `quint secrets`: which generated passwords there are, and one of them on request. */
import { Command } from "commander";
import { projectRoot } from "../paths.ts";
import { clusterOption, examples, overridesOf, stackArgument, type SharedOptions } from "./shared-options.ts";

interface SecretsOptions extends SharedOptions {
  readonly show?: string;
}

export function secretsCommand(): Command {
  const command = new Command("secrets")
    .summary("list generated passwords by what they open; print one on request")
    .description(
      "Lists the Secrets of a stack with their keys and what they open, never their values. --show prints one value, and " +
        "nothing else, to stdout.",
    )
    .addArgument(stackArgument())
    .addOption(clusterOption())
    .option("--show <namespace/name/key>", "print this one value")
    .action(secrets);
  return examples(command, [
    ["./quint secrets", "what there is in dev"],
    ["./quint secrets dev --show cancer-mlops/grafana-admin/password", "print one value"],
  ]);
}

async function secrets(stack: string, options: SecretsOptions): Promise<void> {
  const { openForRun } = await import("../session/open.ts");
  const { accessTo, connect, reaching } = await import("../cluster/access.ts");
  const { listSecrets, readSecretValue } = await import("../cluster/secrets.ts");
  const { table } = await import("../console/table.ts");
  const { say } = await import("../console/terminal.ts");
  const { settings } = openForRun({ root: projectRoot, stack, overrides: overridesOf(options) });
  const access = accessTo(settings, projectRoot);
  const client = await connect(access);
  const { show } = options;
  if (show !== undefined) {
    say(await reaching(access, () => readSecretValue(client, show)));
    return;
  }
  const found = await reaching(access, () => listSecrets(client));
  const rows = found.map(({ namespace, name, keys, purpose }) => [
    `${namespace}/${name}`,
    keys.join(", "),
    purpose,
  ]);
  for (const line of table([{ title: "secret" }, { title: "keys" }, { title: "opens" }], rows)) say(line);
  if (rows.length > 0) say("\n  --show NAMESPACE/NAME/KEY prints one value.");
}
