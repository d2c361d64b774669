/** `quint ci`: what the workflows of .github/workflows/ need beside the ordinary commands. */
import { Command, InvalidArgumentError } from "commander";
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PlatformName } from "../../config/index.ts";
import { declined } from "../exit.ts";
import { projectRoot } from "../paths.ts";
import { platformArgument } from "./delivery-options.ts";
import { examples, requiredStack } from "./shared-options.ts";

export function ciCommand(): Command {
  const command = new Command("ci")
    .summary("steps of the workflows in .github/workflows/")
    .description(
      "What the workflows need beside the ordinary commands: facts of a stack, records of deployments, comments and messages. " +
        "Each reads the variables that GitHub sets in a job; docs/ci.md explains the workflows.",
    );
  command
    .command("facts")
    .summary("runner, clouds and platforms of a stack, as outputs of a step")
    .addArgument(requiredStack())
    .action(async (stack: string) => {
      const { factsOf, outputLines } = await import("../ci/facts.ts");
      await print(outputLines(factsOf(projectRoot, stack)));
    });
  command
    .command("builds")
    .summary("the declared images whose sources are here, as outputs of a step")
    .addArgument(requiredStack())
    .option("--changed <file>", "a list of changed files: only images with one of them")
    .action(async (stack: string, { changed }: { changed?: string }) => {
      const { openStack } = await import("../../config/index.ts");
      const { buildsOf } = await import("../ci/builds.ts");
      const { outputLines } = await import("../ci/facts.ts");
      const files = changed === undefined ? undefined : readFileSync(changed, "utf8").split("\n");
      await print(
        outputLines(buildsOf(openStack({ root: projectRoot, stack }).settings, projectRoot, files)),
      );
    });
  command
    .command("pin-image")
    .summary("write an image with its digest to a stack's file, and deploy nothing")
    .addArgument(requiredStack())
    .argument("<image>", "registry/name:tag@sha256:…")
    .action(async (stack: string, image: string) => {
      const { pinImage } = await import("../ci/pin-image.ts");
      await print(pinImage(projectRoot, stack, image));
    });
  command
    .command("comment")
    .summary("write a pull request's comment, or edit it where it is there")
    .argument("<pull-request>", "its number", wholeNumber)
    .argument("<kind>", "which comment: there is one of each kind")
    .argument("<file>", "its text, as Markdown")
    .action(async (pullRequest: number, kind: string, file: string) => {
      const { gitHub } = await import("../ci/github.ts");
      const { writeComment } = await import("../ci/comment.ts");
      const text = readFileSync(file, "utf8");
      await print([`comment ${await writeComment(gitHub(), { pullRequest, kind, text })}`]);
    });
  command
    .command("record")
    .summary("record with GitHub how the deployment of a platform ended")
    .addArgument(requiredStack())
    .addArgument(platformArgument())
    .argument("<outcome>", "`success`; anything else is a failure")
    .option("--version <version>", "what was deployed (default: the versions in the stack's settings)")
    .action(recordOutcome);
  command
    .command("require-record")
    .summary("go on only where a success is recorded")
    .addArgument(requiredStack())
    .addArgument(platformArgument())
    .option("--version <version>", "of this version (default: of this commit, or one with the same content)")
    .action(requireRecord);
  command
    .command("notify")
    .summary("send a line to Slack, where SLACK_WEBHOOK_URL is set")
    .argument("<outcome>", "`success`, `failure`, `cancelled` ...")
    .argument("<text...>")
    .action(async (outcome: string, text: readonly string[]) => {
      const { notify } = await import("../ci/notify.ts");
      await print([
        (await notify(text.join(" "), outcome)) ? "sent" : "SLACK_WEBHOOK_URL is not set: nothing sent",
      ]);
    });
  command
    .command("oci-session")
    .summary("exchange the job's token for a session on OCI, as environment of the next steps")
    .addArgument(requiredStack())
    .action(openOciSession);
  command
    .command("program")
    .summary("path of a pinned program, built where it has to be")
    .argument("<name>", "a program of tools/, e.g. actionlint")
    .action(async (name: string) => {
      const { programPath } = await import("../ci/program.ts");
      await print([await programPath(name)]);
    });
  return examples(command, [
    ["./quint ci facts production", "deploys=true, runner=[…], platforms=[…]"],
    ["./quint ci builds staging", "what build-images.yml builds"],
    ["./quint ci program actionlint", "where the linter of workflows is"],
  ]);
}

async function print(lines: readonly string[]): Promise<void> {
  const { say } = await import("../console/terminal.ts");
  for (const line of lines) say(line);
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("Write the number of a pull request.");
  return Number(text);
}

interface VersionOption {
  readonly version?: string;
}

async function recordOutcome(
  stack: string,
  platform: PlatformName,
  outcome: string,
  options: VersionOption,
): Promise<void> {
  const { openStack } = await import("../../config/index.ts");
  const { versionsIn } = await import("../ci/declared-images.ts");
  const { gitHub, required } = await import("../ci/github.ts");
  const { record } = await import("../ci/records.ts");
  const { runPage } = await import("../ci/notify.ts");
  const { settings } = openStack({ root: projectRoot, stack });
  await record(gitHub(), {
    platform,
    stack,
    commit: required("GITHUB_SHA", process.env),
    versions: options.version === undefined ? versionsIn(settings, platform) : [options.version],
    state: outcome === "success" ? "success" : "failure",
    page: runPage(),
  });
}

async function requireRecord(stack: string, platform: string, { version }: VersionOption): Promise<void> {
  const { gitHub, required } = await import("../ci/github.ts");
  const { sameContentIn, successOf } = await import("../ci/records.ts");
  const commit = required("GITHUB_SHA", process.env);
  const of = version === undefined ? { commit, isSame: sameContentIn(projectRoot) } : { version };
  const found = await successOf(gitHub(), { platform, stack, ...of });
  const what = version ?? `commit ${commit.slice(0, 12)}`;
  if (found === undefined) {
    throw declined(
      `${platform} ${what} has no recorded success on ${stack}.`,
      `Deploy it to ${stack} first; a hotfix with a justification may go without.`,
    );
  }
  await print([`${platform} ${what}: deployed to ${stack} at ${found.at} (${found.commit.slice(0, 12)})`]);
}

async function openOciSession(stack: string): Promise<void> {
  const { factsOf } = await import("../ci/facts.ts");
  const { required } = await import("../ci/github.ts");
  const { ociSession } = await import("../ci/oci-session.ts");
  const { region, tenancy } = factsOf(projectRoot, stack);
  const folder = join(required("RUNNER_TEMP", process.env), "oci");
  const variables = await ociSession({ region, tenancy, folder });
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  appendFileSync(required("GITHUB_ENV", process.env), lines.join(""));
}
