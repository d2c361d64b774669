/**
 * Values as Neo4j's dumps have them (strict Jolt, which names every type), in the two forms that can be written back: as JSON,
 * or as a Cypher function of a text.
 */
import { RecoveryFailure } from "../failure.ts";

export type Jolt = Readonly<Record<string, unknown>>;

/** A property as a parameter: JSON text, and what Cypher makes of it (`$` stands for it); left out: it is the value. */
export interface Parameter {
  readonly json: string;
  readonly cypher?: string;
}

/** What makes a value of a text, by its beginning or form: Jolt says of all times only that they are one. */
function temporal(text: string): string {
  if (text.startsWith("P") || text.startsWith("-P")) return "duration($)";
  const clock = text.includes("T") ? text.slice(text.indexOf("T") + 1) : text;
  const zoned = /(Z|[+-]\d\d:?\d\d(:\d\d)?)(\[[^\]]+\])?$/.test(clock) && clock.includes(":");
  if (/^[+-]?\d{4,}-\d\d-\d\dT/.test(text)) return zoned ? "datetime($)" : "localdatetime($)";
  if (/^[+-]?\d{4,}-\d\d-\d\d$/.test(text)) return "date($)";
  return zoned || clock.endsWith("Z") ? "time($)" : "localtime($)";
}

const point = /^SRID=(\d+);POINT(?: Z)? ?\(([^)]+)\)$/;

function pointParameter(text: string): Parameter {
  const [, srid = "", coordinates = ""] = point.exec(text) ?? [];
  const [x, y, z] = coordinates.trim().split(/\s+/);
  if (srid === "" || x === undefined || y === undefined) throw unknown("@", text);
  const json = [`"srid": ${srid}`, `"x": ${x}`, `"y": ${y}`, ...(z === undefined ? [] : [`"z": ${z}`])].join(
    ", ",
  );
  return { json: `{${json}}`, cypher: "point($)" };
}

const unknown = (sigil: string, value: unknown): RecoveryFailure =>
  new RecoveryFailure(
    `a property of type ${sigil} cannot be written by Neo4j's HTTP API: ${JSON.stringify(value)}`,
  );

/** A number as it is written: JavaScript would round large ones, and take 2.0 for an integer. */
class Exact {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A line of Jolt, with the numbers in it as they are written. */
export function parseJolt(line: string): unknown {
  const exact = (_key: string, value: unknown, context?: { readonly source: string }): unknown =>
    typeof value === "number" ? new Exact(context?.source ?? String(value)) : value;
  return JSON.parse(line, exact);
}

/** @throws RecoveryFailure for bytes, which no query can write. */
export function parameterOf(value: unknown): Parameter {
  // Lists of numbers and truths, and empty ones, have no types even where Jolt is strict.
  if (value instanceof Exact) return { json: value.text };
  if (typeof value === "boolean") return { json: String(value) };
  if (Array.isArray(value)) return listOf(value.map(parameterOf), value);
  if (typeof value !== "object" || value === null) throw unknown("text", value);
  const [[sigil, inner] = ["", undefined]] = Object.entries(value);
  const text = String(inner);
  switch (sigil) {
    case "U":
      return { json: JSON.stringify(text) };
    case "Z":
      return { json: text };
    // Floats, and integers that do not fit into 32 bits. JSON has no word for some of them.
    case "R":
      return /^-?\d/.test(text) ? { json: text } : { json: JSON.stringify(text), cypher: "toFloat($)" };
    case "?":
      return { json: text };
    case "T":
      return { json: JSON.stringify(text), cypher: temporal(text) };
    case "@":
      return pointParameter(text);
    case "[]":
      return listOf((inner as readonly unknown[]).map(parameterOf), inner);
    default:
      throw unknown(sigil, inner);
  }
}

/** A property's list has one type. */
function listOf(items: readonly Parameter[], inner: unknown): Parameter {
  const json = `[${items.map((item) => item.json).join(", ")}]`;
  const kinds = new Set(items.map(({ cypher }) => cypher));
  const [cypher] = kinds;
  if (kinds.size > 1) throw unknown("[]", inner);
  return { json, ...(cypher === undefined ? {} : { cypher: `[one IN $ | ${cypher.replace("$", "one")}]` }) };
}

/** The text of a string, or of a list of them. */
export const textOf = (value: unknown): string => String((value as Jolt).U);
export const textsOf = (value: unknown): readonly string[] =>
  ((value as Jolt)["[]"] as readonly unknown[]).map(textOf);
export const propertiesOf = (value: unknown): Jolt => (value as Jolt)["{}"] as Jolt;
