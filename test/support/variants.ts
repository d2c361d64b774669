/** The repository's stacks on other clusters than their own, recorded. */
import { record, type Recording } from "../../automation/render/record.ts";
import { openStack, type Environment } from "../../config/index.ts";
import { root } from "./stack-files.ts";

/** Records a stack whose `quint:cluster` is replaced. Nothing else of its file changes. */
export async function recordVariant(stack: Environment, cluster: object): Promise<Recording> {
  const { engineConfig } = openStack({ root, stack, overrides: { cluster: "simulated" } });
  const { default: program } = await import("../../index.ts");
  const config = Object.fromEntries(Object.entries(engineConfig).map(([key, { value }]) => [key, value]));
  return record({ stack, config: { ...config, "quint:cluster": JSON.stringify(cluster) }, program });
}
