/** Runs Helm itself, with nothing of the user's own Helm. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { diesWithParent } from "../../../process/dies-with-parent.ts";
import { ensureProgram } from "../../../programs/ensure.ts";
import { isMap, type Tree, type TreeMap } from "../../plugin/values.ts";
import type { Context } from "../context.ts";
import { readKubeconfig } from "../kubeconfig.ts";

const run = promisify(execFile);

/** A release of the largest charts prints a few megabytes. */
const mostOutput = 64 * 1024 * 1024;

export interface HelmCall {
  /** Sub-command and flags; without namespace and kubeconfig, which are added. */
  readonly args: readonly string[];
  readonly namespace: string;
  /** Values of the release, given to Helm in a file that only this user can read. */
  readonly values?: TreeMap;
  /** Receives progress. */
  readonly say?: (line: string) => void;
}

/** What Helm says against an operation, in its own words. */
export class HelmError extends Error {
  override readonly name = "HelmError";
}

/**
 * What Helm prints.
 *
 * @throws {HelmError} with Helm's own message.
 */
export async function runHelm(context: Context, call: HelmCall): Promise<string> {
  const program = await ensureProgram("helm", call.say);
  const folder = await mkdtemp(join(tmpdir(), "quint-helm-"));
  try {
    const values =
      call.values === undefined ? [] : ["--values", await written(folder, "values.json", call.values)];
    const [command, ...args] = diesWithParent([
      program,
      ...call.args,
      ...values,
      "--namespace",
      call.namespace,
      "--kubeconfig",
      await kubeconfigFile(context, folder),
      ...kubeContext(context),
    ]);
    const { stdout } = await run(command, args, {
      env: environment(folder),
      maxBuffer: mostOutput,
      signal: context.signal,
    });
    return stdout;
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    throw new HelmError(said === "" ? String(error) : said.replace(/^Error: /, ""), { cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Caches and settings of its own: two charts of one name may be fetched at once, and a user's plugins have no part. */
function environment(folder: string): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !/^(HELM_|KUBECONFIG$)/.test(name));
  const own = ["CACHE", "CONFIG", "DATA"].map((kind) => [
    `HELM_${kind}_HOME`,
    join(folder, kind.toLowerCase()),
  ]);
  return Object.fromEntries([...others, ...own]) as NodeJS.ProcessEnv;
}

async function kubeconfigFile({ settings }: Context, folder: string): Promise<string> {
  const { kubeconfig } = settings;
  if (kubeconfig === "") throw new Error("a Helm release needs a provider with a kubeconfig of its own");
  const { content, folder: base } = readKubeconfig(kubeconfig);
  return written(folder, "kubeconfig", withAbsolutePaths(content, base) as TreeMap);
}

/** Files that a kubeconfig names lie beside it. */
function withAbsolutePaths(value: Tree, base: string, key = ""): Tree {
  if (Array.isArray(value)) return value.map((element) => withAbsolutePaths(element, base));
  if (isMap(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, element]) => [name, withAbsolutePaths(element, base, name)]),
    );
  }
  const isFile = ["certificate-authority", "client-certificate", "client-key", "tokenFile"].includes(key);
  return isFile && typeof value === "string" && !value.startsWith("/") ? join(base, value) : value;
}

function kubeContext({ settings }: Context): string[] {
  const { context, cluster } = settings.overrides;
  if (cluster !== undefined)
    throw new Error("a Helm release follows the kubeconfig's context: leave `cluster` out");
  return context === undefined ? [] : ["--kube-context", context];
}

async function written(folder: string, name: string, content: TreeMap): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, JSON.stringify(content), { mode: 0o600 });
  return path;
}
