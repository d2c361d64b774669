/** The workflows and local actions of the repository, parsed. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "../../support/stack-files.ts";

export interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
}

export interface Job {
  readonly uses?: string;
  readonly permissions?: unknown;
  readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": boolean };
  readonly environment?: string;
  readonly steps?: readonly Step[];
  readonly "timeout-minutes"?: number;
}

export interface Workflow {
  readonly file: string;
  readonly text: string;
  readonly on: unknown;
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const texts = (pattern: string) =>
  globSync(pattern, { cwd: root })
    .sort()
    .map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }));

export const workflows: readonly Workflow[] = texts(".github/workflows/*.yml").map(({ file, text }) => ({
  ...(parse(text) as Omit<Workflow, "file" | "text">),
  file,
  text,
}));

/** Local actions, as text and steps. */
export const actions = texts(".github/actions/*/action.yml").map(({ file, text }) => ({
  file,
  text,
  steps: (parse(text) as { runs: { steps: readonly Step[] } }).runs.steps,
}));

export const scripts = texts(".github/scripts/*.sh");
