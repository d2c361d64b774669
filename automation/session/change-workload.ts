/** `scale` and `set-image`: one setting of a workload, changed in the stack file and deployed. */
import { readFileSync, writeFileSync } from "node:fs";
import { editStack, openStack } from "../../config/index.ts";
import type { WorkloadSetting } from "../../platforms/model/index.ts";
import type { SharedOptions } from "../commands/shared-options.ts";
import { note, paint, say } from "../console/terminal.ts";
import { projectRoot } from "../paths.ts";
import { deploy } from "./deploy.ts";
import { withSession } from "./with-session.ts";
import { settingOf } from "./workload-setting.ts";

export interface WorkloadChange {
  readonly key: WorkloadSetting;
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
  const before = readFileSync(file, "utf8");
  const difference = editStack({
    root,
    stack,
    path: settingOf(workload, change.key, settings),
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

function coloured(line: string): string {
  if (line.startsWith("+") && !line.startsWith("+++")) return paint("green", line);
  return line.startsWith("-") && !line.startsWith("---") ? paint("red", line) : line;
}
