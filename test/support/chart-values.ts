/**
 * Whether a chart reads a value: it stands in the chart's default values or its schema. Helm itself takes any key and
 * does nothing with a misspelt one. The defaults, as projects publish them, are kept beside the repository.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { isValues, type Values } from "../../config/catalog/mirror.ts";

/** Default values of the charts; not on every machine. */
const published = join(import.meta.dirname, "../../../shared/charts");

export function chartsBeside(): boolean {
  return existsSync(published);
}

const parsedFiles = new Map<string, Values>();

/** Default values of a chart, by the name of its file; parsed once a process, for some are of 300 KB. */
export function publishedValues(file: string): Values {
  const path = join(published, `${file}.values.yaml`);
  const values = parsedFiles.get(path) ?? (parse(readFileSync(path, "utf8")) as Values);
  parsedFiles.set(path, values);
  return values;
}

/**
 * Paths of values that a chart does not read.
 *
 * @param freeForm paths below which keys are the user's own, or have no default.
 * @param defaults where they are not simply those of the file.
 */
export function unknownValues(
  file: string,
  values: Values,
  freeForm: readonly string[],
  defaults: unknown = publishedValues(file),
): string[] {
  const schemaFile = join(published, `${file}.values.schema.json`);
  const schema = existsSync(schemaFile)
    ? (JSON.parse(readFileSync(schemaFile, "utf8")) as Schema)
    : undefined;
  return leaves(values)
    .filter((path) => !freeForm.some((prefix) => `${path.join(".")}.`.startsWith(`${prefix}.`)))
    .filter((path) => !known(defaults, path) && !(schema !== undefined && inSchema(schema, path)))
    .map((path) => path.join("."));
}

function leaves(values: Values, path: readonly string[] = []): string[][] {
  return Object.entries(values).flatMap(([key, value]) => {
    const at = [...path, key];
    // Requests and limits are Kubernetes' own, whatever the chart's defaults show of them.
    if (key === "resources") return [at];
    return isValues(value) && Object.keys(value).length > 0 ? leaves(value, at) : [at];
  });
}

function known(defaults: unknown, path: readonly string[]): boolean {
  let at: unknown = defaults;
  for (const key of path) {
    if (!isValues(at) || !Object.hasOwn(at, key)) return false;
    at = at[key];
  }
  return true;
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly $ref?: string;
  readonly [key: string]: unknown;
}

function inSchema(schema: Schema, path: readonly string[]): boolean {
  let at: Schema | undefined = schema;
  for (const key of path) {
    for (let hops = 0; at?.$ref !== undefined && hops < 5; hops += 1) at = resolved(schema, at.$ref);
    at = at?.properties?.[key];
    if (at === undefined) return false;
  }
  return true;
}

function resolved(schema: Schema, reference: string): Schema | undefined {
  return reference
    .replace(/^#\//, "")
    .split("/")
    .reduce<unknown>((at, key) => (isValues(at) ? at[key.replaceAll("~1", "/")] : undefined), schema) as
    Schema | undefined;
}
