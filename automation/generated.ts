/**
 * The files of the repository that are generated from its sources: `make docs` writes them, `make check` fails where
 * one is stale.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configurationDocument } from "../config/documentation.ts";
import { projectRoot } from "./paths.ts";

interface GeneratedFile {
  /** Path in the repository. */
  readonly file: string;
  readonly make: () => string;
}

const generatedFiles: readonly GeneratedFile[] = [
  { file: "docs/configuration.md", make: configurationDocument },
];

/** The files that are not what their sources make of them. */
export function staleFiles(root: string, files: readonly GeneratedFile[] = generatedFiles): string[] {
  return files.filter(({ file, make }) => present(join(root, file)) !== make()).map(({ file }) => file);
}

/** Writes every generated file. */
export function writeGeneratedFiles(root: string, files: readonly GeneratedFile[] = generatedFiles): void {
  for (const { file, make } of files) writeFileSync(join(root, file), make());
}

function present(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  if (process.argv.includes("--check")) {
    const stale = staleFiles(projectRoot);
    for (const file of stale) console.error(`${file} is stale: run \`make docs\` and commit it`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else {
    writeGeneratedFiles(projectRoot);
  }
}
