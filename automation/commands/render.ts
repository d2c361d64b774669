/** `quint render`: manifests without a cluster. */
import { Command } from "commander";
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { badInput, failure } from "../exit.ts";
import { projectRoot } from "../paths.ts";
import {
  examples,
  overridesOf,
  platformsOption,
  clusterOption,
  deliveryOption,
  stackArgument,
  type SharedOptions,
} from "./shared-options.ts";

interface RenderOptions extends SharedOptions {
  readonly out?: string;
  readonly check?: boolean;
  readonly singleFile?: boolean;
}

export function renderCommand(): Command {
  const command = new Command("render")
    .summary("write a stack's manifests, without engine, cluster or cloud")
    .description(
      "Runs the same program as `up` and writes its Kubernetes objects as YAML, one a file, with a kustomization.yaml in " +
        "each folder. Of a stack that delivers by `gitops`: what Argo CD syncs. Never contains the value of a secret: workloads name secrets, they do not carry them.",
    )
    .addArgument(stackArgument())
    .option("--out <folder>", "where to write (default: deploy/<stack>; stdout for a single file)")
    .option("--check", "write nothing; fail where the files that are there are not what a render makes (CI)")
    .option("--single-file", "all objects in one file, in an order that `kubectl apply` can follow")
    .addOption(platformsOption("into a folder that holds others, their own files alone"))
    .addOption(clusterOption())
    .addOption(deliveryOption())
    .action(render);
  return examples(command, [
    ["./quint render production", "to deploy/production/"],
    ["./quint render production --check", "whether the committed files are up to date"],
    ["./quint render dev --single-file | kubectl apply -f -", "without the engine"],
  ]);
}

async function render(stack: string, options: RenderOptions): Promise<void> {
  if (options.out?.trim() === "") throw badInput("--out names no folder.", "Write one: --out rendered.");
  try {
    await write(stack, options);
  } catch (error) {
    // What the file system says: the target is a file, or may not be written to.
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw badInput(`The files cannot be written: ${error.message}.`, "Name another folder with --out.");
  }
}

/** The first few, one a line. */
function listed(paths: readonly string[]): string {
  const shown = paths.slice(0, 20).map((path) => `  ${path}`);
  return [...shown, ...(paths.length > 20 ? [`  and ${paths.length - 20} more`] : [])].join("\n");
}

async function write(stack: string, options: RenderOptions): Promise<void> {
  const { filesInto, layoutOf, renderFolder, renderStack, singleFile, staleFiles, writeFolder } =
    await import("../render/index.ts");
  const { openStack } = await import("../../config/index.ts");
  const { counted, note, say } = await import("../console/terminal.ts");
  const of = { root: projectRoot, stack, overrides: overridesOf(options) };
  const rendered = await renderStack(of);
  if (rendered.releases.length > 0) {
    note(
      `${counted(rendered.releases.length, "Helm release")} of the foundation and the data services are not among the objects: ` +
        `\`./quint up ${stack}\` installs them, \`./quint images ${stack}\` lists their charts.`,
    );
  }
  if (options.singleFile) {
    const text = singleFile(stack, rendered);
    if (options.out === undefined) {
      process.stdout.write(text);
      return;
    }
    const file = join(resolve(options.out), `${stack}.yaml`);
    await mkdir(resolve(options.out), { recursive: true });
    await writeFile(file, text);
    say(`written to ${file}`);
    return;
  }
  const out = resolve(options.out ?? renderFolder(projectRoot, openStack(of).settings));
  const all = layoutOf(of, rendered);
  const files = await filesInto(out, all, options.platforms);
  if (files.size < all.size)
    note(
      `${out} holds other platforms, too: what serves all of them is written by a render without --platforms.`,
    );
  if (options.check === true) {
    const stale = await staleFiles(out, files, options.platforms);
    if (stale.length === 0) {
      say(`${counted(files.size, "file")} of ${out} are up to date`);
      return;
    }
    throw failure(
      `${counted(stale.length, "file")} of ${out} ${stale.length === 1 ? "is" : "are"} not what ${stack} renders to:\n${listed(stale)}`,
      `Run ./quint render ${stack}, look at the difference, and commit it.`,
    );
  }
  await writeFolder(out, files, options.platforms);
  say(`${counted(files.size, "file")} written to ${out}`);
}
