/** Builds Go programs once, from their pinned modules, into the cache. */
import { createHash } from "node:crypto";
import {
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { withLock } from "../process/lock.ts";
import { runGo } from "../programs/build.ts";
import { cacheFolder } from "../programs/cache.ts";
import type { Report } from "../programs/ensure.ts";
import { versionInGoMod } from "../programs/pins.ts";
import type { GoProgram } from "./go-programs.ts";
import { run } from "./run.ts";

const toolsFolder = join(import.meta.dirname, "..", "..", "tools");

/** The version that the program's go.mod pins, e.g. `v1.12.4`; `local` for our own source. */
export function goProgramVersion(program: GoProgram): string {
  if (program.module === undefined) return "local";
  return versionInGoMod(readFileSync(join(toolsFolder, program.tools, "go.mod"), "utf8"), program.module);
}

/** Changes whenever anything that goes into the program's build is pinned differently. */
export function goProgramHash(program: GoProgram): string {
  const folder = join(toolsFolder, program.tools);
  const hash = createHash("sha256").update(JSON.stringify(program));
  for (const file of globSync(["go.mod", "go.sum", "*.go"], { cwd: folder }).sort())
    hash.update(file).update(readFileSync(join(folder, file)));
  return hash.digest("hex").slice(0, 12);
}

/** Environment and flags of a build that is not the plain static one, e.g. one with C in it. */
export interface BuildSurroundings {
  readonly environment: Readonly<Record<string, string>>;
}
const withoutC: BuildSurroundings = { environment: { CGO_ENABLED: "0" } };

/**
 * Path of the program, built when the cache does not have it. Two callers at once build once.
 * @throws SimulationError with the last lines of the build and a remedy.
 */
export async function ensureGoProgram(
  program: GoProgram,
  report: Report = () => undefined,
  surroundings: BuildSurroundings = withoutC,
): Promise<string> {
  const version = goProgramVersion(program);
  const build = `${version}-${process.platform}-${process.arch}-${goProgramHash(program)}`;
  const target = join(cacheFolder(), "programs", build, program.name);
  if (existsSync(target)) return target;
  mkdirSync(dirname(target), { recursive: true });
  await withLock(`${target}.lock`, async () => {
    if (existsSync(target)) return; // Somebody else built it while this one waited.
    report(`Building ${program.name} ${version} (once; about ${program.buildSeconds} s on two cores).`);
    const temporary = `${target}.${process.pid}.partial`;
    const completion = `${temporary}.source`;
    try {
      await runGo(
        [
          "build",
          "-trimpath",
          ...(await completed(program, completion)),
          `-tags=${(program.tags ?? []).join(",")}`,
          `-ldflags=${linkFlags(program, version).join(" ")}`,
          "-o",
          temporary,
          program.package,
        ],
        join(toolsFolder, program.tools),
        { GOFLAGS: "-mod=readonly -buildvcs=false", ...surroundings.environment },
        `${program.name} ${version} could not be built`,
      );
      renameSync(temporary, target);
    } finally {
      rmSync(temporary, { force: true });
      rmSync(completion, { recursive: true, force: true });
    }
  });
  return target;
}

function linkFlags({ linkFlags = [], versionVariable }: GoProgram, version: string): string[] {
  const says = versionVariable === undefined ? [] : ["-X", `${versionVariable}=${version.replace(/^v/, "")}`];
  return ["-s", "-w", ...linkFlags, ...says];
}

/** Builds from a copy of the module that has the files; the copy in Go's cache must stay as it was served. */
async function completed(program: GoProgram, folder: string): Promise<string[]> {
  const missing = Object.entries(program.missingFiles ?? {});
  if (missing.length === 0) return [];
  const copy = join(folder, "module");
  cpSync(await goModuleFolder(program), copy, { recursive: true });
  await run("chmod", ["-R", "u+w", copy]); // Go's module cache is read-only.
  for (const [path, text] of missing) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), text);
  }
  const pinned = join(toolsFolder, program.tools);
  copyFileSync(join(pinned, "go.sum"), join(folder, "go.sum"));
  const goMod = readFileSync(join(pinned, "go.mod"), "utf8");
  writeFileSync(join(folder, "go.mod"), `${goMod}\nreplace ${program.module ?? ""} => ${copy}\n`);
  return [`-modfile=${join(folder, "go.mod")}`];
}

/** Folder of the program's module in Go's module cache, downloaded when it is not there. */
export async function goModuleFolder(program: GoProgram): Promise<string> {
  const printed = await runGo(
    ["mod", "download", "-json", program.module ?? ""],
    join(toolsFolder, program.tools),
    { GOFLAGS: "-mod=readonly" },
    `The source of ${program.name} could not be had`,
  );
  return (JSON.parse(printed) as { Dir: string }).Dir;
}
