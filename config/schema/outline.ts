/** The schema as data (JSON Schema): what may stand where. Messages and docs/configuration.md are written from it. */
import { stringify } from "yaml";
import { z } from "zod";
import { settings } from "./settings.ts";
import { isMapping } from "../values.ts";

/** What the schema says of one place: its type, range, default, description and examples. */
export type Outline = z.core.JSONSchema.BaseSchema;

/** The whole schema, as what a user writes (so that a key with a default is not required). */
export const outline: Outline = z.toJSONSchema(settings, { io: "input" });

/** What may stand at a path, or nothing where the path leaves the schema. Unions are followed by what `raw` says. */
export function outlineAt(path: readonly PropertyKey[], raw: unknown): Outline | undefined {
  let node: Outline | undefined = outline;
  let value = raw;
  for (const step of path) {
    node = childOf(variantFor(node, value), step);
    if (node === undefined) return undefined;
    value = valueAt([step], value);
  }
  return variantFor(node, value);
}

/** The value at a path of parsed YAML, or undefined. */
export function valueAt(path: readonly PropertyKey[], raw: unknown): unknown {
  return path.reduce<unknown>((value, step) => {
    if (Array.isArray(value) && typeof step === "number") return value[step] as unknown;
    return isMapping(value) && typeof step === "string" && Object.hasOwn(value, step)
      ? value[step]
      : undefined;
  }, raw);
}

/** The variants of a union, by the value of the key that tells them apart. */
export function variantsOf(node: Outline): { key: string; value: string; variant: Outline }[] {
  return (node.oneOf ?? [])
    .filter(isOutline)
    .flatMap((variant) =>
      Object.entries(variant.properties ?? {}).flatMap(([key, property]) =>
        isOutline(property) && typeof property.const === "string"
          ? [{ key, value: property.const, variant }]
          : [],
      ),
    );
}

/** The names that may stand in a mapping; none where any name may. */
export function namesIn(node: Outline): string[] {
  if (node.properties !== undefined) return Object.keys(node.properties);
  const names = isOutline(node.propertyNames) ? (node.propertyNames.enum ?? []) : [];
  return names.filter((name) => typeof name === "string");
}

/** What is expected, in words with its range: "a whole number from 1 to 200". */
export function expected(node: Outline): string {
  if (node.const !== undefined) return code(node.const);
  if (node.enum !== undefined) return `one of ${node.enum.map(code).join(", ")}`;
  switch (node.type) {
    case "integer":
      return `a whole number${range(node.minimum, node.maximum)}`;
    case "number":
      return `a number${range(node.minimum, node.maximum)}`;
    case "boolean":
      return "`true` or `false`";
    case "array":
      return `a list${sized(node.minItems, node.maxItems, "entries")}`;
    case "string":
      return `text${sized(node.minLength === 1 ? undefined : node.minLength, node.maxLength, "characters")}`;
    default:
      return "a mapping";
  }
}

/** A value that is valid at this place, from its examples, choices, default or range. */
export function exampleOf(node: Outline): unknown {
  if (node.examples?.[0] !== undefined) return node.examples[0];
  if (node.const !== undefined) return node.const;
  if (node.enum !== undefined) return node.enum[0];
  const variants = variantsOf(node);
  if (variants.length > 0) return exampleOf(smallest(variants.map(({ variant }) => variant)));
  switch (node.type) {
    case "object":
      return Object.fromEntries(
        (node.required ?? []).map((name) => [name, exampleOf(childOf(node, name) ?? {})]),
      );
    case "array":
      return [exampleOf(isOutline(node.items) ? node.items : {})];
    case "boolean":
      return node.default ?? true;
    case "integer":
    case "number":
      return node.default ?? node.minimum ?? 1;
    default:
      return node.default ?? "name";
  }
}

/** A setting as a user would write it, in YAML. */
export function exampleLines(name: string, node: Outline): string {
  return stringify({ [name]: exampleOf(node) }, { lineWidth: 0 }).trimEnd();
}

/** The node of one key or entry. */
export function childOf(node: Outline | undefined, step: PropertyKey): Outline | undefined {
  if (node === undefined) return undefined;
  if (typeof step === "number") return isOutline(node.items) ? node.items : undefined;
  const name = String(step);
  const property = Object.hasOwn(node.properties ?? {}, name)
    ? node.properties?.[name]
    : node.additionalProperties;
  return isOutline(property) ? property : undefined;
}

function variantFor(node: Outline | undefined, value: unknown): Outline | undefined {
  if (node?.oneOf === undefined || !isMapping(value)) return node;
  return variantsOf(node).find((candidate) => value[candidate.key] === candidate.value)?.variant ?? node;
}

function smallest(nodes: readonly Outline[]): Outline {
  const [first] = nodes.toSorted((a, b) => (a.required?.length ?? 0) - (b.required?.length ?? 0));
  return first ?? {};
}

function isOutline(node: unknown): node is Outline {
  return isMapping(node);
}

function code(value: unknown): string {
  return `\`${String(value)}\``;
}

function range(least: number | undefined, most: number | undefined): string {
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`;
  if (least !== undefined) return ` from ${least} up`;
  return most === undefined ? "" : ` up to ${most}`;
}

function sized(least: number | undefined, most: number | undefined, things: string): string {
  if (least !== undefined && most !== undefined) return ` of ${least} to ${most} ${things}`;
  if (least !== undefined) return ` of at least ${least} ${things}`;
  return most === undefined ? "" : ` of at most ${most} ${things}`;
}
