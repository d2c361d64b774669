/**
 * A root file system of Debian packages, for an image: unpacked, with none of their scripts run. The release is the
 * recipe's, whatever this machine's own is; the mirror is the machine's own.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageOf, SimulationError } from "../problem.ts";
import type { Report } from "../programs/ensure.ts";
import { downloadRetries } from "./packages.ts";
import { run } from "./run.ts";

/** Packages of a release. Within a release Debian changes versions for mended faults only. */
export interface DebianPackages {
  readonly release: "trixie";
  readonly packages: readonly string[];
}

const architectures: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };
/** Every package installs below `/usr`; the loader's path and `#!/bin/sh` lead there. */
const merged = ["bin", "sbin", "lib", "lib64"];

/**
 * Fills an empty folder.
 * @throws SimulationError when the packages cannot be had.
 */
export async function unpackDebian(
  { release, packages }: DebianPackages,
  root: string,
  report: Report,
): Promise<void> {
  report(`Fetching ${packages.join(", ")} and what they need from Debian ${release} (once; not installed).`);
  const work = mkdtempSync(join(tmpdir(), "quint-debian-"));
  try {
    const archives = await download(release, packages, work);
    for (const folder of merged) {
      mkdirSync(join(root, "usr", folder), { recursive: true });
      symlinkSync(join("usr", folder), join(root, folder));
    }
    // Through the links, as an installation does it: dpkg-deb's own extraction would put folders in their place.
    const extract = `dpkg-deb --fsys-tarfile "$1" | tar --extract --keep-directory-symlink --directory "$2"`;
    for (const archive of archives)
      await run("bash", ["-o", "pipefail", "-c", extract, "bash", archive, root]);
    for (const folder of ["usr/share/doc", "usr/share/man", "usr/share/locale"])
      rmSync(join(root, folder), { recursive: true, force: true });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** An apt of its own: another release, and nothing installed, so that all that is needed is downloaded. */
async function download(release: string, packages: readonly string[], work: string): Promise<string[]> {
  for (const folder of ["lists/partial", "archives/partial"])
    mkdirSync(join(work, folder), { recursive: true });
  writeFileSync(join(work, "status"), "");
  writeFileSync(join(work, "sources.list"), `deb ${await debianMirror()} ${release} main\n`);
  const settings = {
    "APT::Architecture": architectures[process.arch] ?? "amd64",
    "APT::Architectures": architectures[process.arch] ?? "amd64",
    // As `_apt` it could not write into a private folder.
    "APT::Sandbox::User": "",
    "Acquire::Retries": String(downloadRetries),
    "Debug::NoLocking": "1",
    "Dir::Etc::sourcelist": join(work, "sources.list"),
    "Dir::Etc::sourceparts": "-",
    "Dir::State::lists": join(work, "lists"),
    "Dir::State::status": join(work, "status"),
    "Dir::Cache::archives": join(work, "archives"),
    "Dir::Cache::pkgcache": "",
    "Dir::Cache::srcpkgcache": "",
  };
  const apt = (...args: string[]): Promise<string> =>
    run("apt-get", [
      ...Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`]),
      "--quiet",
      ...args,
    ]);
  try {
    await apt("update");
    await apt("--yes", "--no-install-recommends", "--download-only", "install", ...packages);
  } catch (error) {
    throw new SimulationError(
      `Debian ${release}'s packages ${packages.join(", ")} cannot be had: ${messageOf(error)}\nCheck \`apt-get update\`.`,
    );
  }
  return readdirSync(join(work, "archives"))
    .filter((file) => file.endsWith(".deb"))
    .map((file) => join(work, "archives", file));
}

/** Where this machine gets Debian's packages from. */
async function debianMirror(): Promise<string> {
  const targets = await run("apt-get", ["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]);
  const mirror = targets
    .split("\n")
    .map((line) => line.trim())
    .find((uri) => /\/debian\/?$/.test(uri));
  if (mirror !== undefined) return mirror;
  throw new SimulationError(
    "This machine knows no mirror of Debian. Name one in /etc/apt/sources.list.d, with its key.",
  );
}
