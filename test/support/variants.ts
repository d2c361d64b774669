/** The repository's stacks with other settings than their own, on other clusters first of all, recorded. */
import { record, type Recording } from "../../automation/render/record.ts";
import { openStack, type Environment } from "../../config/index.ts";
import { root } from "./stack-files.ts";

/** Records a stack whose `quint:cluster` is replaced. Nothing else of its file changes. */
export function recordVariant(stack: Environment, cluster: object): Promise<Recording> {
  return recordChanged(stack, { "quint:cluster": cluster });
}

/** Records a stack some of whose keys are replaced. */
export async function recordChanged(
  stack: Environment,
  changes: Readonly<Record<string, object>>,
): Promise<Recording> {
  const { engineConfig } = openStack({ root, stack, overrides: { cluster: "simulated" } });
  const { default: program } = await import("../../index.ts");
  const config = Object.fromEntries(Object.entries(engineConfig).map(([key, { value }]) => [key, value]));
  const changed = Object.fromEntries(
    Object.entries(changes).map(([key, value]) => [key, JSON.stringify(value)]),
  );
  return record({ stack, config: { ...config, ...changed }, program });
}
