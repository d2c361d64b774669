/** The repository's stack files. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ownKeys } from "../../config/stackfile.ts";

/** The project's folder. */
export const root = join(import.meta.dirname, "..", "..");

/** Text of a stack file. */
export function stackFile(stack: string): string {
  return readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8");
}

/** The `quint:` keys of a stack file. */
export function stackValues(stack: string): Record<string, unknown> {
  const { config } = parse(stackFile(stack)) as { config: Record<string, unknown> };
  return ownKeys(config);
}
