/** What differs between two rendered trees, object by object and field by field. */
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import type { KubernetesObject } from "../../policy/index.ts";
import type { Files } from "./layout.ts";

export interface FieldChange {
  /** `spec.template.spec.containers[api].image`: entries of a list by their name, where they have one. */
  readonly path: string;
  /** Nothing where the field is new. */
  readonly before?: unknown;
  /** Nothing where the field is gone. */
  readonly after?: unknown;
}

export interface ObjectChange {
  readonly change: "added" | "removed" | "changed";
  /** Folder of the application, `<platform>/<application>`. */
  readonly folder: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** Of a changed object. */
  readonly fields: readonly FieldChange[];
}

/** The differences, in the order of the files. What a kustomization lists is seen in the objects themselves, and of a chart its templates are. */
export function differencesOf(before: Files, after: Files): ObjectChange[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort().filter(isObject);
  return paths.flatMap((path): ObjectChange[] => {
    const [old, current] = [before.get(path), after.get(path)];
    if (old === current) return [];
    if (old === undefined) return [changeOf("added", path, objectOf(current))];
    if (current === undefined) return [changeOf("removed", path, objectOf(old))];
    const fields = fieldChanges(objectOf(old), objectOf(current), "");
    return fields.length === 0 ? [] : [changeOf("changed", path, objectOf(current), fields)];
  });
}

function isObject(path: string): boolean {
  return path.endsWith(".yaml") && !/(^|\/)(kustomization|Chart|values)\.yaml$/.test(path);
}

function objectOf(text: string | undefined): KubernetesObject {
  return parse(text ?? "", { version: "1.1" }) as KubernetesObject;
}

function changeOf(
  change: ObjectChange["change"],
  path: string,
  { kind, metadata }: KubernetesObject,
  fields: readonly FieldChange[] = [],
): ObjectChange {
  return {
    change,
    folder: path.slice(0, Math.max(path.lastIndexOf("/"), 0)),
    kind,
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
    name: metadata.name,
    fields,
  };
}

function fieldChanges(before: unknown, after: unknown, path: string): FieldChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  const [old, current] = [entriesOf(before), entriesOf(after)];
  if (old === undefined || current === undefined || Array.isArray(before) !== Array.isArray(after)) {
    return [
      {
        path,
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
      },
    ];
  }
  return [...new Set([...old.keys(), ...current.keys()])].flatMap((key) => {
    const inside = Array.isArray(after) ? `${path}[${key}]` : path === "" ? key : `${path}.${step(key)}`;
    return fieldChanges(old.get(key), current.get(key), inside);
  });
}

/** Fields of a mapping, or entries of a list by name or place; nothing for anything else. */
function entriesOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  const names = value.map((entry: unknown) => nameOf(entry));
  const distinct = new Set(names).size === names.length && !names.includes(undefined);
  return new Map(
    value.map((entry: unknown, index) => [distinct ? (names[index] ?? "") : String(index), entry]),
  );
}

function nameOf(entry: unknown): string | undefined {
  if (typeof entry !== "object" || entry === null || !("name" in entry)) return undefined;
  return typeof entry.name === "string" ? entry.name : undefined;
}

/** A key with dots in it is written in quotes. */
function step(key: string): string {
  return /[.[\]]/.test(key) ? `"${key}"` : key;
}
