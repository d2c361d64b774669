/**
 * Debian packages, unpacked into the cache and not installed: the machine stays as it is, no service is started,
 * and root's rights are not needed for it.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { messageOf, SimulationError } from "../problem.ts";
import { withLock } from "../process/lock.ts";
import { cacheFolder } from "../programs/cache.ts";
import type { Report } from "../programs/ensure.ts";
import { run } from "./run.ts";

/** What a node and the making of images take from Debian (12: containerd 1.6, buildah 1.28). */
export const nodePackages = [
  "buildah",
  "containerd",
  "containernetworking-plugins",
  "iptables",
  "libseccomp-dev",
] as const;

/** How often a package whose download broke off is asked for again; apt waits longer each time. */
export const downloadRetries = 5;

/** Debian's library folders are named so. */
const triplets: Readonly<Record<string, string>> = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" };
export const libraryTriplet = triplets[process.arch] ?? "x86_64-linux-gnu";

/**
 * Folder with the packages' files, and those of every package that they need and this machine does not have.
 * The versions are those of the machine's own Debian release, at the time of the first call.
 * @throws SimulationError when they cannot be downloaded.
 */
export async function ensurePackages(names: readonly string[], report: Report): Promise<string> {
  const key = createHash("sha256")
    .update(JSON.stringify([...names].sort()))
    .digest("hex")
    .slice(0, 12);
  const folder = join(cacheFolder(), "debian", `${process.arch}-${key}`);
  const root = join(folder, "root");
  if (existsSync(root)) return root;
  await withLock(`${folder}.lock`, async () => {
    if (existsSync(root)) return;
    report(`Fetching ${names.join(", ")} and what they need from Debian (once; not installed).`);
    const partial = join(folder, "root.partial");
    rmSync(folder, { recursive: true, force: true });
    for (const one of ["lists/partial", "archives/partial", "root.partial"])
      mkdirSync(join(folder, one), { recursive: true });
    await download(names, folder);
    const archives = readdirSync(join(folder, "archives")).filter((file) => file.endsWith(".deb"));
    for (const archive of archives)
      await run("dpkg-deb", ["--extract", join(folder, "archives", archive), partial]);
    for (const one of ["lists", "archives"]) rmSync(join(folder, one), { recursive: true, force: true });
    renameSync(partial, root);
  });
  return root;
}

/** apt resolves what is needed. Its archives and caches on this machine are not touched, its lists only read. */
async function download(names: readonly string[], folder: string): Promise<void> {
  const apart = [
    `Dir::Cache::archives=${join(folder, "archives")}`,
    "Dir::Cache::pkgcache=",
    "Dir::Cache::srcpkgcache=",
    "Debug::NoLocking=1",
    // As `_apt` it could not write into a private folder.
    "APT::Sandbox::User=",
    `Acquire::Retries=${downloadRetries}`,
  ];
  const apt = (settings: readonly string[], ...args: string[]): Promise<string> =>
    run("apt-get", [...settings.flatMap((setting) => ["-o", setting]), "--quiet", ...args]);
  // A package that is installed already is not downloaded.
  const install = ["--yes", "--no-install-recommends", "--download-only", "install", ...names];
  try {
    await apt(apart, ...install).catch(async () => {
      // No lists on this machine, or old ones whose packages have been replaced: lists of our own.
      const ownLists = [...apart, `Dir::State::lists=${join(folder, "lists")}`];
      await apt(ownLists, "update");
      await apt(ownLists, ...install);
    });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw new SimulationError(
      `Debian's packages ${names.join(", ")} cannot be had: ${messageOf(error)}\nCheck \`apt-get update\`, or install them.`,
    );
  }
}

/** Variables with which unpacked programs find one another, their libraries and their modules. */
export function packageEnvironment(root: string, base: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const libraries = join(root, "usr", "lib", libraryTriplet);
  return {
    ...base,
    PATH: [join(root, "usr/sbin"), join(root, "usr/bin"), base.PATH ?? "/usr/sbin:/usr/bin:/sbin:/bin"].join(
      ":",
    ),
    LD_LIBRARY_PATH: libraries,
    XTABLES_LIBDIR: join(libraries, "xtables"),
  };
}
