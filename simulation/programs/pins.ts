/** The pinned version of a program: read from the go.mod that pins it, so that it stands in one place. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SimulationError } from "../problem.ts";
import { type ProgramName, programs } from "./table.ts";

const toolsFolder = join(import.meta.dirname, "..", "..", "tools");

/** Folder with the go.mod that pins a program. */
export function moduleFolder(name: ProgramName): string {
  return join(toolsFolder, programs[name].tools);
}

/**
 * Version that go.mod requires of a module, e.g. `v1.36.2`.
 * @throws SimulationError when the go.mod does not name the module.
 */
export function versionInGoMod(goMod: string, module: string): string {
  for (const line of goMod.split("\n")) {
    const [path, version] = line
      .replace(/^\s*require\s/, "")
      .trim()
      .split(/\s+/);
    if (path === module && version?.startsWith("v")) return version;
  }
  throw new SimulationError(
    `go.mod names no version of ${module}. Run \`go get -tool\` in its folder under tools/.`,
  );
}

/** The pinned version of a program, e.g. `v3.6.8`. */
export function pinnedVersion(name: ProgramName): string {
  return versionInGoMod(readFileSync(join(moduleFolder(name), "go.mod"), "utf8"), programs[name].module);
}

/** Changes whenever anything that goes into the program's build is pinned differently. */
export function pinHash(name: ProgramName): string {
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum"]) hash.update(readFileSync(join(moduleFolder(name), file)));
  hash.update(JSON.stringify(programs[name].stamp(pinnedVersion(name))));
  return hash.digest("hex").slice(0, 12);
}
