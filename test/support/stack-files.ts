/** The repository's stack files, with what only their user knows filled in: the samples that stand there in comments. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { environments } from "../../config/schema/settings.ts";
import { ownKeys } from "../../config/stackfile.ts";

/** The project's folder. */
export const root = join(import.meta.dirname, "..", "..");

/** Keys that a user of OKE has to write. */
const customerKeys = ["tenancy", "compartment", "objectStorageNamespace"];

/** Text of a stack file, complete. */
export function completedStackFile(stack: string): string {
  return readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8").replaceAll(
    new RegExp(`^( +)# ((${customerKeys.join("|")}): )`, "gm"),
    "$1$2",
  );
}

/** The `quint:` keys of a stack file, complete. */
export function completedValues(stack: string): Record<string, unknown> {
  const { config } = parse(completedStackFile(stack)) as { config: Record<string, unknown> };
  return ownKeys(config);
}

/** A folder with all of them, complete. It goes with the process. */
export const stackFolder = mkdtempSync(join(tmpdir(), "quint-stacks-"));
for (const stack of environments) {
  writeFileSync(join(stackFolder, `Pulumi.${stack}.yaml`), completedStackFile(stack));
}
process.on("exit", () => {
  rmSync(stackFolder, { recursive: true, force: true });
});
