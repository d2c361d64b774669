/** Servers that are written in Java, out of Maven Central's modules: where the machine has Java 17 and Maven. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { withLock } from "../../../simulation/process/lock.ts";
import { cacheFolder } from "../../../simulation/programs/cache.ts";

const exec = promisify(execFile);

/** What lets Java's modules be read by servers that look into them. */
export const openModules = ["java.nio", "java.io", "java.lang", "sun.nio.ch"].flatMap((name) => [
  "--add-opens",
  `java.base/${name}=ALL-UNNAMED`,
]);

/**
 * The class path of modules (`group:name:version`) and all that they need. A machine without Java is not a failure: the
 * tests of the context are skipped, and it is said why.
 */
export async function classPathOrSkip(
  context: Mocha.Context,
  modules: readonly string[],
  report: (line: string) => void,
): Promise<string> {
  const missing = await missingJava();
  if (missing === undefined) {
    try {
      return `${await ensureModules(modules, report)}/*`;
    } catch (error) {
      report(`Maven Central is needed: ${(error as Error).message.slice(0, 300)}`);
    }
  } else report(missing);
  report("Skipped.");
  return context.skip();
}

async function missingJava(): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await exec("java", ["-version"]);
    const major = Number(/version "(\d+)/.exec(`${stdout}${stderr}`)?.[1]);
    if (!(major >= 17)) return `Java 17 is needed, and this machine has ${major}`;
    await exec("mvn", ["-version"]);
    return undefined;
  } catch (error) {
    return `Java 17 and Maven are needed: ${(error as Error).message.slice(0, 300)}`;
  }
}

async function ensureModules(modules: readonly string[], report: (line: string) => void): Promise<string> {
  const key = createHash("sha256").update(JSON.stringify(modules)).digest("hex").slice(0, 12);
  const folder = join(cacheFolder(), "java", key);
  const found = join(folder, "lib");
  if (existsSync(found)) return found;
  mkdirSync(join(cacheFolder(), "java"), { recursive: true });
  await withLock(`${folder}.lock`, async () => {
    if (existsSync(found)) return;
    report(`Fetching ${modules.join(", ")} and what they need from Maven Central (once).`);
    const partial = join(folder, "lib.partial");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const dependencies = modules.map((module) => {
      const [group = "", name = "", version = ""] = module.split(":");
      return `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`;
    });
    writeFileSync(
      join(folder, "pom.xml"),
      '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>quint</groupId>' +
        `<artifactId>servers</artifactId><version>1</version><dependencies>${dependencies.join("")}</dependencies></project>`,
    );
    const local = `-Dmaven.repo.local=${join(cacheFolder(), "java", "repository")}`;
    const copy = ["dependency:copy-dependencies", `-DoutputDirectory=${partial}`];
    await exec("mvn", ["--quiet", "--batch-mode", local, ...copy], { cwd: folder });
    renameSync(partial, found);
  });
  return found;
}
