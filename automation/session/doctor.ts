/** Examines this machine: what is there, what is missing, and what to do about it. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { cachedProgram, cacheFolder } from "../../simulation/programs/cache.ts";
import { findOnPath } from "../../simulation/programs/ensure.ts";
import { programs, type ProgramName } from "../../simulation/programs/table.ts";
import { dockerEngine } from "../cluster/docker.ts";
import { attempts, engineSources } from "../engine/sources.ts";
import { isInstalled, providers } from "../engine/plugins.ts";
import { parseVersion, pluginVersion, sdkVersion, serves } from "../engine/version.ts";
import { foldersOf, projectRoot } from "../paths.ts";

export interface Finding {
  /** `fair`: works, or is only needed for something else. */
  readonly verdict: "good" | "fair" | "bad";
  readonly what: string;
  readonly found: string;
  readonly remedy?: string;
}

/** What a first build takes for modules, build cache and programs, in GiB: measured. */
const buildNeeds = 6;
/** What the simulated cluster runs on. */
const controlPlane: readonly ProgramName[] = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok",
];

/** Everything that is looked at, in the order in which it matters. */
export async function examine(): Promise<Finding[]> {
  const go = await goVersion();
  return [node(), await engine(go), ...plugins(), simulation(go), goFinding(go), docker(), await disk()];
}

function node(): Finding {
  const version = process.versions.node;
  const good = (parseVersion(version)?.major ?? 0) >= 24;
  return {
    verdict: good ? "good" : "bad",
    what: "Node.js",
    found: version,
    ...(good ? {} : { remedy: "24 is needed: run `npm rebuild node` in the clone" }),
  };
}

async function engine(go: string | undefined): Promise<Finding> {
  const sources = engineSources();
  for (const [origin, find] of Object.entries({
    "on PATH": sources.installed,
    downloaded: sources.downloaded,
    "built here": sources.built,
  })) {
    const command = await find();
    const version = command === undefined ? undefined : await sources.versionOf(command);
    if (version !== undefined && serves(version, sdkVersion())) {
      return { verdict: "good", what: "Pulumi engine", found: `${version.trim()} ${origin}` };
    }
  }
  const missing = { what: "Pulumi engine", found: `none of version ${sdkVersion()} or newer` };
  if (!attempts().failedLately("engine")) {
    return { verdict: "fair", ...missing, remedy: "the next run downloads it, or builds it where it cannot" };
  }
  return go === undefined
    ? {
        verdict: "bad",
        ...missing,
        remedy: "it cannot be downloaded here: install Pulumi, or Go 1.26 to build it",
      }
    : { verdict: "fair", ...missing, remedy: "it cannot be downloaded here; the next run builds it (3 min)" };
}

function plugins(): Finding[] {
  const folders = [join(foldersOf(projectRoot).engineHome, "plugins"), join(homedir(), ".pulumi", "plugins")];
  return providers.map((provider): Finding => {
    const version = pluginVersion(provider);
    const what = `${provider} provider`;
    if (folders.some((folder) => isInstalled(folder, provider, version))) {
      return { verdict: "good", what, found: `${version}, the official one` };
    }
    return {
      verdict: "fair",
      what,
      found: `${version} is not installed`,
      remedy: attempts().failedLately("plugins")
        ? "it could not be downloaded; a stand-in serves simulated clusters"
        : "the next run tries to install it",
    };
  });
}

function simulation(go: string | undefined): Finding {
  const missing = controlPlane.filter(
    (name) => findOnPath(name) === undefined && !existsSync(cachedProgram(name)),
  );
  if (missing.length === 0)
    return { verdict: "good", what: "simulated cluster", found: "all programs are there" };
  const minutes = missing.reduce((sum, name) => sum + programs[name].buildMinutes, 0);
  const found = `to be built once: ${missing.join(", ")}`;
  return go === undefined
    ? { verdict: "bad", what: "simulated cluster", found, remedy: "install Go 1.26 or newer" }
    : {
        verdict: "fair",
        what: "simulated cluster",
        found,
        remedy: `the next run does it (about ${minutes} min)`,
      };
}

function goFinding(version: string | undefined): Finding {
  return version === undefined
    ? {
        verdict: "fair",
        what: "Go",
        found: "not on PATH",
        remedy: "only needed to build programs that cannot be downloaded",
      }
    : { verdict: "good", what: "Go", found: version };
}

function docker(): Finding {
  const engine = dockerEngine();
  const what = "Docker";
  if ("reason" in engine) {
    return { verdict: "fair", what, found: engine.reason, remedy: "only needed for clusters of type kind" };
  }
  const kind = findOnPath("kind") === undefined ? "without kind" : "with kind";
  return { verdict: "good", what, found: `${engine.version}, ${kind}` };
}

async function disk(): Promise<Finding> {
  const { bavail, bsize } = await statfs(existsSync(cacheFolder()) ? cacheFolder() : homedir());
  const free = Math.floor((bavail * bsize) / 1024 ** 3);
  return free >= buildNeeds
    ? { verdict: "good", what: "disk", found: `${free} GiB free` }
    : {
        verdict: "fair",
        what: "disk",
        found: `${free} GiB free`,
        remedy: `a first build takes about ${buildNeeds} GiB`,
      };
}

async function goVersion(): Promise<string | undefined> {
  return (await printed("go", ["version"]))?.split(" ")[2];
}

/** What a command prints, trimmed; `undefined` when it fails or is not there. */
async function printed(command: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(command, [...args], { timeout: 5_000 });
    return stdout.trim() === "" ? undefined : stdout.trim();
  } catch {
    return undefined;
  }
}
