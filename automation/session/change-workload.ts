/** `scale` and `set-image`: one setting of a workload, changed in the stack file and deployed. */
import { readFileSync, writeFileSync } from "node:fs";
import { editStack, openStack, type Settings } from "../../config/index.ts";
import { describePlatforms } from "../../platforms/index.ts";
import { noSuchWorkload } from "../cluster/choose.ts";
import type { SharedOptions } from "../commands/shared-options.ts";
import { note, paint, say } from "../console/terminal.ts";
import { badInput } from "../exit.ts";
import { projectRoot } from "../paths.ts";
import { deploy } from "./deploy.ts";
import { withSession } from "./session.ts";

export interface WorkloadChange {
  readonly key: "replicas" | "image";
  readonly value: string | number;
}

/**
 * Writes the change into the stack file, shows it, and deploys. The file is put back when the change is not wanted
 * after all (the question is declined, the plan fails); it stays once the deployment has begun.
 */
export async function changeWorkload(
  stack: string,
  workload: string,
  change: WorkloadChange,
  options: SharedOptions,
  root = projectRoot,
): Promise<void> {
  const { file, settings } = openStack({ root, stack });
  const [platform, name] = workloadNamed(workload, settings);
  const before = readFileSync(file, "utf8");
  const difference = editStack({
    root,
    stack,
    path: ["quint:platforms", platform, "workloads", name, change.key],
    value: change.value,
  });
  if (difference === "") note("The stack file says so already; deploying it as it is.");
  for (const line of difference.split("\n")) say(coloured(line));
  const phase = { begun: false };
  try {
    await withSession(
      { root, stack, overrides: {}, command: change.key, cluster: "start" },
      async (session) => {
        await deploy(session, {
          yes: options.yes ?? false,
          verbose: options.verbose ?? false,
          onBegin: () => {
            phase.begun = true;
          },
        });
      },
    );
  } catch (error) {
    if (!phase.begun && difference !== "") {
      writeFileSync(file, before);
      note(`Pulumi.${stack}.yaml is as it was.`);
    }
    throw error;
  }
}

/**
 * Platform and name of a workload that the stack describes.
 * @throws CommandError (bad input) with the nearest name.
 */
export function workloadNamed(wanted: string, settings: Settings): readonly [platform: string, name: string] {
  const all = describePlatforms(settings).flatMap(({ name: platform, applications }) =>
    applications.flatMap(({ workloads }) => workloads.map(({ name }) => [platform, name] as const)),
  );
  const found = all.find((names) => names.join("/") === wanted);
  if (found !== undefined) return found;
  if (all.length === 0) throw badInput(`${settings.stack} has no platform, and no workload.`);
  throw noSuchWorkload(
    wanted,
    all.map((names) => names.join("/")),
    settings.stack,
  );
}

function coloured(line: string): string {
  if (line.startsWith("+") && !line.startsWith("+++")) return paint("green", line);
  return line.startsWith("-") && !line.startsWith("---") ? paint("red", line) : line;
}
