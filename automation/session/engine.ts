/** Brings the engine up for one stack: program, home, plugins, state. */
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isSimulated, type ClusterType, type OpenStack } from "../../config/index.ts";
import type { Report } from "../console/steps.ts";
import type { Claim } from "../engine/claim.ts";
import { EngineCommand } from "../engine/command.ts";
import { findEngine } from "../engine/find.ts";
import { prepareHome } from "../engine/home.ts";
import { lockedBy, locksIn, removeStaleLocks } from "../engine/locks.ts";
import { choosePlugins, isInstalled, type CloudProvider, type Provider } from "../engine/plugins.ts";
import { attempts, engineSources, mayDownload } from "../engine/sources.ts";
import { openEngineStack, project, type Program } from "../engine/stack.ts";
import { pluginVersion, sdkVersion } from "../engine/version.ts";
import type { Folders, WorkFolder } from "../paths.ts";
import { kindSupport, noSupport } from "./kind-support.ts";
import type { SessionOptions } from "./session.ts";

export interface EngineNeeds {
  readonly opened: OpenStack;
  readonly state: { readonly backend: string; readonly secretsProvider: string };
  readonly folders: Folders;
  readonly workFolder: WorkFolder;
  readonly options: SessionOptions;
  readonly claim: Claim;
  readonly report: Report;
}

export interface RunningEngine {
  readonly command: EngineCommand;
  readonly stack: Stack;
  /** What the program threw in the latest operation. */
  readonly programError: () => unknown;
  /** What was cleared away, for people. */
  readonly cleared: readonly string[];
  /** One line: version, origin, stand-ins. */
  readonly description: string;
}

/** A plugin that takes longer to install than this, in milliseconds, counts as not to be had. */
const pluginPatience = 180_000;

/** Clouds that clusters are made in. */
const cloudProviders: Partial<Record<ClusterType, readonly CloudProvider[]>> = { oke: ["oci"], eks: ["aws"] };

/** Gets the engine and its plugins, and opens the stack in its backend. */
export async function bringUpEngine(needs: EngineNeeds): Promise<RunningEngine> {
  const { opened, state, folders, workFolder, options, claim, report } = needs;
  const engine = await findEngine(engineSources(), sdkVersion(), report);
  const home = prepareHome({
    folders,
    backend: state.backend,
    disposable: isSimulated(opened.settings.cluster),
  });
  const { type } = opened.settings.cluster;
  const support = type === "kind" ? await kindSupport(options.root, report) : noSupport;
  const command = new EngineCommand(
    engine,
    home.environment,
    (pid) => {
      claim.engineStarted(pid);
    },
    support.programs,
  );
  const standIns = await choosePlugins(
    {
      installed: (provider) => isInstalled(home.pluginFolder, provider, pluginVersion(provider)),
      install: (provider) => installPlugin(command, provider, folders.quint),
      mayDownload: () => mayDownload("plugins"),
      downloadFailed: () => {
        attempts().remember("plugins");
      },
      standIn: (provider) => {
        const folder = join(folders.root, "simulation", "providers", provider);
        return existsSync(folder) ? folder : undefined;
      },
    },
    report,
    cloudProviders[type] ?? [],
  );
  const cleared = options.withLocks === true ? [] : clearStaleLocks(state.backend, options.stack);
  let thrown: unknown;
  const stack = await openEngineStack(command, {
    root: options.root,
    stack: options.stack,
    workFolder: workFolder.folder,
    ...state,
    settings: opened.stackSettings,
    plugins: [...standIns, ...support.plugins],
    program: catching(programOf(options.root), (error) => (thrown = error)),
  });
  const plugins =
    standIns.length === 0 ? "" : `; stand-ins for ${standIns.map(({ name }) => name).join(" and ")}`;
  return {
    command,
    stack,
    programError: () => thrown,
    cleared,
    description: `Pulumi ${engine.version} (${engine.origin})${plugins}`,
  };
}

/** The program of the clone. Imported when it runs: the cloud SDKs it may need take a while to load. */
function programOf(root: string): Program {
  return async () => {
    const module = (await import(pathToFileURL(join(root, "index.ts")).href)) as { default: Program };
    return await module.default();
  };
}

/** The engine reports what a program throws as text; the error itself says more. */
function catching(program: Program, caught: (error: unknown) => void): Program {
  return async () => {
    caught(undefined);
    try {
      return await program();
    } catch (error) {
      caught(error);
      throw error;
    }
  };
}

/**
 * Removes locks of dead processes from a backend that is a folder, and says which.
 * @throws CommandError (declined) when a living process holds one.
 */
function clearStaleLocks(backend: string, stack: string): string[] {
  const locks = locksIn(backend, project, stack);
  const stale = removeStaleLocks(locks);
  const alive = locks.filter((lock) => !stale.includes(lock));
  if (alive.length > 0) throw lockedBy(stack, alive);
  return stale.map(
    ({ pid, timestamp }) => `Removed the lock that process ${pid} took at ${timestamp}: it is gone.`,
  );
}

async function installPlugin(command: EngineCommand, provider: Provider, folder: string): Promise<void> {
  const patience = AbortSignal.timeout(pluginPatience);
  const args = ["plugin", "install", "resource", provider, `v${pluginVersion(provider)}`];
  await command.run(args, folder, {}, undefined, undefined, patience);
}
