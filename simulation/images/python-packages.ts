/** Python packages for an image: wheels, pinned with their hashes, installed by the image's own Python. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf, SimulationError } from "../problem.ts";
import type { Report } from "../programs/ensure.ts";
import { libraryTriplet } from "./packages.ts";
import { run } from "./run.ts";

const toolsFolder = join(import.meta.dirname, "..", "..", "tools");

/** Python packages that an image carries. Its root has Debian's `python3` and `python3-pip`. */
export interface PythonPackages {
  /** Folder under `tools/` whose `requirements.txt` pins them. */
  readonly tools: string;
}

/** The pins, for the image's hash. */
export function requirementsOf({ tools }: PythonPackages): string {
  return readFileSync(join(toolsFolder, tools, "requirements.txt"), "utf8");
}

/**
 * Installs them where the image's Python looks.
 * @throws SimulationError when they cannot be had or are not what was pinned.
 */
export async function installPython(packages: PythonPackages, root: string, report: Report): Promise<void> {
  report(`Fetching the Python packages of ${packages.tools} (once; minutes).`);
  const [python] = globSync("usr/bin/python3.*[0-9]", { cwd: root });
  const loader = ["lib64/ld-linux-x86-64.so.2", "lib/ld-linux-aarch64.so.1"].find((path) =>
    existsSync(join(root, path)),
  );
  if (python === undefined || loader === undefined)
    throw new SimulationError(`The image's packages hold no Python for ${packages.tools}.`);
  const version = python.split("/").at(-1) ?? "";
  // Started by its own loader with its own libraries, it runs on a machine with older ones, and with this machine's
  // settings for its registry.
  const itself = ["--library-path", join(root, "usr/lib", libraryTriplet), join(root, python)];
  try {
    await run(
      join(root, loader),
      [
        ...itself,
        ...["-m", "pip", "--no-cache-dir", "--disable-pip-version-check", "install", "--quiet"],
        ...["--no-deps", "--require-hashes", "--only-binary=:all:"],
        ...["--requirement", join(toolsFolder, packages.tools, "requirements.txt")],
        ...["--target", join(root, "usr/local/lib", version, "dist-packages")],
      ],
      { ...process.env, PYTHONDONTWRITEBYTECODE: "", PYTHONHOME: "", PYTHONPATH: "" },
    );
  } catch (error) {
    throw new SimulationError(
      `The Python packages of ${packages.tools} cannot be had: ${messageOf(error)}\nCheck pip's index.`,
    );
  }
}
