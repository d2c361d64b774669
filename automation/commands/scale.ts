/** `quint scale`: changes how many pods a workload has, in the stack file, and deploys. */
import { Argument, Command, InvalidArgumentError } from "commander";
import { examples, requiredStack, verboseOption, yesOption, type SharedOptions } from "./shared-options.ts";

export function scaleCommand(): Command {
  const command = new Command("scale")
    .summary("change the number of a workload's pods in the stack file, and deploy")
    .description(
      "Writes the number into Pulumi.<stack>.yaml, where it stays and can be reviewed and committed, shows the change, and " +
        "deploys as `up` does. When the answer is no, the file is put back. A fixed number switches autoscaling off.",
    )
    .addArgument(requiredStack())
    .argument(
      "<workload>",
      "platform/name, as `status` shows it; platform/namespace/name where several namespaces have one",
    )
    .addArgument(new Argument("<replicas>", "number of pods").argParser(wholeNumber))
    .addOption(yesOption())
    .addOption(verboseOption())
    .action(async (stack: string, workload: string, replicas: number, options: SharedOptions) => {
      const { changeWorkload } = await import("../session/change-workload.ts");
      await changeWorkload(stack, workload, { key: "replicas", value: replicas }, options);
    });
  return examples(command, [["./quint scale dev cancer/api 3", "three pods of the prediction API"]]);
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It is a whole number of pods, 0 or more.");
  return Number(text);
}
