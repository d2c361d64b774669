/** The engine's home and surroundings: what it may read and write, and which credentials it sees. */
import { randomBytes } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { failure } from "../exit.ts";
import type { Folders } from "../paths.ts";
import type { Environment } from "./command.ts";

/** Where the state of a run lives and what surrounds the engine there. */
export interface EngineHome {
  readonly environment: Environment;
  /** Where plugins are found and put: the tool's own cache, shared with the user's other projects where it can be. */
  readonly pluginFolder: string;
}

export interface HomeOptions {
  readonly folders: Folders;
  /** Address of the state backend, e.g. `file:///…/.quint/state` or `s3://…`. */
  readonly backend: string;
  /** Whether everything can be made anew: then the state is written once, at the end. */
  readonly disposable: boolean;
}

/**
 * Prepares the engine's home and returns its environment. A backend that is a Pulumi service needs the user's login,
 * which lies in the user's own home; every other backend gets a home under `.quint/`, so that the user's is neither
 * read nor changed.
 */
export function prepareHome({ folders, backend, disposable }: HomeOptions): EngineHome {
  const usersHome = process.env.PULUMI_HOME ?? join(homedir(), ".pulumi");
  const service = backend.startsWith("https://");
  const home = service ? usersHome : folders.engineHome;
  if (!service) {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    shareFolder(join(usersHome, "plugins"), join(home, "plugins"));
  }
  return {
    pluginFolder: join(home, "plugins"),
    environment: {
      PULUMI_HOME: home,
      PULUMI_BACKEND_URL: backend,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // Plugins are chosen before the run (plugins.ts); a missing one would otherwise cost 10 s of attempts each.
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      // A plugin that happens to lie on PATH must not shadow the pinned one.
      PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
      PULUMI_SKIP_CHECKPOINTS: disposable ? "true" : undefined,
      // An object that a killed run made is taken over (the provider's upsertExistingObjects) together with its fields.
      PULUMI_K8S_ENABLE_PATCH_FORCE: disposable ? "true" : undefined,
      ...localState(folders, backend),
    },
  };
}

/** Local state: its folder, and a passphrase that is made once and passed by file, never as a value. */
function localState(folders: Folders, backend: string): Environment {
  if (!backend.startsWith("file://")) return {};
  mkdirSync(fileURLToPath(backend), { recursive: true, mode: 0o700 });
  if (!backend.startsWith(new URL(`file://${folders.quint}/`).href)) return {};
  refuseLostPassphrase(folders, fileURLToPath(backend));
  return {
    PULUMI_CONFIG_PASSPHRASE: undefined,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile(folders),
  };
}

/** A new passphrase opens nothing that an old one closed. @throws CommandError where there is such a state. */
function refuseLostPassphrase({ quint }: Folders, state: string): void {
  const stacks = join(state, ".pulumi", "stacks");
  if (existsSync(join(quint, "passphrase")) || !existsSync(stacks)) return;
  throw failure(
    "The passphrase that encrypts this clone's state is gone (.quint/passphrase).",
    "Put the file back. Or start anew, with `rm -r .quint/state* .quint/work`: `up` then takes over what is on a " +
      "simulated cluster, and makes its passwords anew.",
  );
}

/** Path of the clone's passphrase, which is made on first use, readable by its owner only. */
export function passphraseFile(folders: Folders): string {
  const path = join(folders.quint, "passphrase");
  mkdirSync(folders.quint, { recursive: true });
  try {
    writeFileSync(path, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  return path;
}

/** Makes `link` lead to `folder`, unless there is something already. Where that cannot be, `link` becomes a folder. */
function shareFolder(folder: string, link: string): void {
  if (lstatSync(link, { throwIfNoEntry: false }) !== undefined && existsSync(link)) return;
  try {
    mkdirSync(folder, { recursive: true });
    symlinkSync(folder, link, "dir");
  } catch {
    mkdirSync(link, { recursive: true });
  }
}
