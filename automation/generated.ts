/**
 * The files of the repository that are generated from its sources: `make docs` writes them, `make check` fails where
 * one is stale.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { configurationDocument } from "../config/documentation.ts";
import {
  environments,
  openStack,
  platformNames,
  type Environment,
  type PlatformName,
  type Settings,
} from "../config/index.ts";
import { describePlatforms } from "../platforms/index.ts";
import type { Platform } from "../platforms/model/index.ts";
import { dashboardsDocument } from "./documents/dashboards-document.ts";
import { platformDocument, type PlatformByEnvironment } from "./documents/platform-document.ts";
import { projectRoot } from "./paths.ts";

interface GeneratedFile {
  /** Path in the repository. */
  readonly file: string;
  readonly make: () => string;
}

/** The files, and what makes them: a document for each platform that all of the repository's stacks name. */
function generatedFiles(): readonly GeneratedFile[] {
  const named = environments.map((stack) => stackOf(stack).platforms);
  return [
    { file: "docs/configuration.md", make: configurationDocument },
    { file: "docs/dashboards.md", make: () => dashboardsDocument(stackOf("production")) },
    ...platformNames
      .filter((name) => named.every((platforms) => platforms[name] !== undefined))
      .map((name) => ({
        file: `docs/platforms/${name}.md`,
        make: () => platformDocument(platformIn(name)),
      })),
  ];
}

/** Simulated: who makes the cluster is nothing to a platform, and the stack files leave that to their user. */
function stackOf(stack: Environment): Settings {
  return openStack({ root: projectRoot, stack, overrides: { cluster: "simulated" } }).settings;
}

function platformIn(name: PlatformName): PlatformByEnvironment {
  const of = (stack: Environment): Platform => {
    const platform = describePlatforms(stackOf(stack)).find((described) => described.name === name);
    if (platform === undefined) throw new Error(`${name}: described under another name`);
    return platform;
  };
  return { dev: of("dev"), staging: of("staging"), production: of("production") };
}

/** The files that are not what their sources make of them. */
export function staleFiles(root: string, files: readonly GeneratedFile[] = generatedFiles()): string[] {
  return files.filter(({ file, make }) => present(join(root, file)) !== make()).map(({ file }) => file);
}

/** Writes every generated file. */
export function writeGeneratedFiles(root: string, files: readonly GeneratedFile[] = generatedFiles()): void {
  for (const { file, make } of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), make());
  }
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
