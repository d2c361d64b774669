/** `quint set-image`: changes the image of a workload in the stack file, and deploys. */
import { Command } from "commander";
import { examples, requiredStack, verboseOption, yesOption, type SharedOptions } from "./shared-options.ts";

export function setImageCommand(): Command {
  const command = new Command("set-image")
    .summary("change a workload's image in the stack file, and deploy")
    .description(
      "Writes the image into Pulumi.<stack>.yaml, where it stays and can be reviewed and committed, shows the change, and " +
        "deploys as `up` does. When the answer is no, the file is put back. `latest` is refused outside dev.",
    )
    .addArgument(requiredStack())
    .argument(
      "<workload>",
      "platform/name, as `status` shows it; platform/namespace/name where several namespaces have one",
    )
    .argument("<image>", "image with tag or digest")
    .addOption(yesOption())
    .addOption(verboseOption())
    .action(async (stack: string, workload: string, image: string, options: SharedOptions) => {
      const { changeWorkload } = await import("../session/change-workload.ts");
      await changeWorkload(stack, workload, { key: "image", value: image }, options);
    });
  return examples(command, [
    ["./quint set-image dev cancer/api ghcr.io/your/api:v1.4.2", "deploy another release"],
  ]);
}
