/** All definitions of the catalog in one file of the cache, so that a warm start needs neither Go nor YAML. */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseAllDocuments } from "yaml";
import { crdModules, permissiveCrds } from "../../config/catalog/crds.ts";
import { SimulationError } from "../problem.ts";
import { cacheFolder } from "../programs/cache.ts";
import type { Report } from "../programs/ensure.ts";
import { withLock } from "../process/lock.ts";
import { type Definition, permissive, prepare } from "./definition.ts";
import { downloadModules } from "./modules.ts";

/** Raised when `prepare` changes what it makes. */
const format = 1;

/** Every definition of the catalog, sorted by name: from the cache, else from the pinned modules. */
export async function crdBundle(report: Report = () => undefined): Promise<readonly Definition[]> {
  const path = bundleFile();
  const cached = readBundle(path);
  if (cached) return cached;
  return await withLock(
    `${path}.lock`,
    async () => readBundle(path) ?? (await makeBundle(path, report)),
    (holder) => {
      report(`Waiting for process ${holder}, which reads the custom resource definitions.`);
    },
  );
}

function bundleFile(): string {
  const table = JSON.stringify([format, crdModules, permissiveCrds]);
  return join(cacheFolder(), "crds", `${createHash("sha256").update(table).digest("hex").slice(0, 16)}.json`);
}

function readBundle(path: string): Definition[] | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Definition[];
  } catch {
    return undefined;
  }
}

async function makeBundle(path: string, report: Report): Promise<Definition[]> {
  const pins = Object.values(crdModules);
  report(`Reading custom resource definitions from ${pins.length} pinned modules (once; about 1 min).`);
  const folders = await downloadModules(pins);
  const definitions = pins
    .flatMap(({ module, folder }) => definitionsIn(join(folders.get(module) ?? "", folder)))
    .map(prepare)
    .concat(permissiveCrds.map(permissive))
    .sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1));
  const doubled = definitions.find(
    ({ metadata }, index) => definitions[index + 1]?.metadata.name === metadata.name,
  );
  if (doubled) {
    throw new SimulationError(
      `Two modules of config/catalog/crds.ts define ${doubled.metadata.name}. Leave one out.`,
    );
  }
  const temporary = `${path}.${process.pid}.partial`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(temporary, JSON.stringify(definitions));
  renameSync(temporary, path);
  return definitions;
}

/**
 * Every CustomResourceDefinition in the YAML files of a folder and the folders below.
 * @throws SimulationError when there is none: a module that moved its files must not go unnoticed.
 */
export function definitionsIn(folder: string): Definition[] {
  const definitions = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.ya?ml$/.test(file))
    .sort()
    .flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), "utf8")))
    .map((document) => document.toJS() as unknown)
    .filter(isDefinition);
  if (definitions.length === 0) throw new SimulationError(`${folder} holds no custom resource definition.`);
  return definitions;
}

function isDefinition(document: unknown): document is Definition {
  return (
    typeof document === "object" &&
    document !== null &&
    "kind" in document &&
    document.kind === "CustomResourceDefinition"
  );
}
