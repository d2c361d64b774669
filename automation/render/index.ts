/** `quint render`: a stack's objects as files, without engine, cluster or cloud. */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { openStack, platformNames, type Settings } from "../../config/index.ts";
import { folderLayout, singleFile, type Files } from "./layout.ts";
import { kubernetesObjects, type RenderedObjects } from "./objects.ts";
import type { RenderOptions } from "./options.ts";
import { previewCharts, renderPreviews } from "./preview.ts";
import { recordQuickly } from "./quick.ts";
import type { Recording, Registration } from "./record.ts";

/** Records the program of a stack. @throws SettingsError where the settings are wrong. */
export async function recordStack(options: RenderOptions): Promise<Recording> {
  const { engineConfig } = openStack(options);
  const { default: program } = await import("../../index.ts");
  const config = Object.fromEntries(Object.entries(engineConfig).map(([key, { value }]) => [key, value]));
  return recordQuickly({ stack: options.stack, config, program });
}

/**
 * The objects of a stack, ready to be written: all of them, or, where Argo CD delivers, what it syncs. The rest is then
 * the deployment's alone.
 */
export async function renderStack(options: RenderOptions): Promise<RenderedObjects> {
  const { settings } = openStack(options);
  if (settings.delivery === "direct") return kubernetesObjects((await recordStack(options)).registrations);
  const overrides = { ...options.overrides, delivery: "direct" } as const;
  const { registrations } = await recordStack({ ...options, overrides });
  const previews = await renderPreviews(options);
  return {
    ...kubernetesObjects(registrations.filter(isSynced)),
    requiredSecrets: [],
    releases: [],
    previews,
  };
}

/**
 * The files of a stack's objects, by path below its folder. Where Argo CD syncs them, those of the chosen platforms alone:
 * what serves several of them, as the login does, would be rendered for a part.
 */
export function layoutOf(options: RenderOptions, rendered: RenderedObjects): Files {
  const { settings } = openStack(options);
  const { stack } = options;
  const direct = settings.delivery === "direct";
  const objects = folderLayout(stack, rendered, { kustomizations: direct });
  const all = new Map([...objects, ...previewCharts(stack, rendered.previews ?? [])]);
  return direct ? all : filesAbout(options.overrides?.platforms, all);
}

/** The files below the folders of some platforms; all of them where none are chosen. */
export function filesAbout(platforms: readonly string[] | undefined, files: Files): Files {
  return new Map([...files].filter(([path]) => isAbout(platforms, path)));
}

function isAbout(platforms: readonly string[] | undefined, path: string): boolean {
  return platforms?.includes(path.split("/")[0] ?? "") ?? true;
}

/**
 * What a render of some platforms writes into a folder: in one that holds others' files, those of the chosen ones alone.
 * What serves all of them (the list of folders, of Secrets) would be rendered for a part.
 */
export async function filesInto(
  folder: string,
  files: Files,
  platforms: readonly string[] | undefined,
): Promise<Files> {
  if (platforms === undefined) return files;
  const others = platformNames.filter((name) => !platforms.includes(name));
  const present = await leftOver(folder, files, others);
  return present.length === 0 ? files : filesAbout(platforms, files);
}

/** The files of a stack, by path below its folder. */
export async function filesOf(options: RenderOptions): Promise<Files> {
  return layoutOf(options, await renderStack(options));
}

/** What a commit may carry of an application: no Secret, nor what reads one from a store. */
function isSynced({ parents }: Registration): boolean {
  return (
    parents.some((parent) => parent.startsWith("quint:platform:Application::")) &&
    !parents.some((parent) => parent.startsWith("quint:secrets:"))
  );
}

/** Folder of a stack's files, where nothing else is said. */
export function renderFolder(root: string, { gitops, stack }: Settings): string {
  return join(root, gitops?.folder ?? "deploy", stack);
}

/**
 * Files of a folder that are not what a render makes of them: changed, missing, or left over.
 *
 * @param platforms whose files are looked at; left out: all.
 */
export async function staleFiles(
  folder: string,
  files: Files,
  platforms?: readonly string[],
): Promise<string[]> {
  const stale = await Promise.all(
    [...files].map(async ([path, text]) => {
      const present = await readFile(join(folder, path), "utf8").catch(() => undefined);
      return present === text ? [] : [path];
    }),
  );
  return [...stale.flat(), ...(await leftOver(folder, files, platforms))].sort();
}

/**
 * Writes each object into a file of its own, and removes files of earlier renders that are no longer made.
 *
 * @param platforms whose files may be removed; left out: all.
 */
export async function writeFolder(out: string, files: Files, platforms?: readonly string[]): Promise<void> {
  for (const path of await leftOver(out, files, platforms)) await rm(join(out, path));
  for (const [path, text] of files) {
    await mkdir(dirname(join(out, path)), { recursive: true });
    await writeFile(join(out, path), text);
  }
}

export { folderLayout, singleFile };

/** Files that a render wrote, and does not write any more: the first line of each says so. */
async function leftOver(
  out: string,
  files: Files,
  platforms: readonly string[] | undefined,
): Promise<string[]> {
  const present = await readdir(out, { recursive: true, withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    present.map(async (entry): Promise<string[]> => {
      const full = join(entry.parentPath, entry.name);
      const path = relative(out, full);
      if (!entry.isFile() || files.has(path) || !isAbout(platforms, path)) return [];
      const text = await readFile(full, "utf8");
      return /^(# |<!-- |\{\s*"\$comment": ")Generated by `\.\/quint render /.test(text) ? [path] : [];
    }),
  );
  return found.flat();
}
