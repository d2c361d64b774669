/** Lines of a dumped graph as statements that make it anew: those of one shape go together, many rows at a time. */
import { RecoveryFailure } from "../failure.ts";
import { parameterOf, parseJolt, propertiesOf, textOf, textsOf, type Parameter } from "./jolt.ts";

export type Line =
  | { readonly kind: "node"; readonly id: string; readonly shape: string; readonly row: string }
  | {
      readonly kind: "relationship";
      readonly start: string;
      readonly end: string;
      readonly shape: string;
      readonly row: string;
    }
  | { readonly kind: "schema"; readonly statement: string };

const quoted = (name: string): string => `\`${name.replaceAll("`", "``")}\``;

/** Properties as a map of Cypher over `row.p`, and the row's own JSON. Keys are sorted: one shape has one text. */
function mapOf(properties: Readonly<Record<string, unknown>>): { shape: string; row: string } {
  const all = Object.entries(properties)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]): readonly [string, Parameter] => [key, parameterOf(value)]);
  const shape = all.map(([key, { cypher = "$" }]) => {
    const place = `row.p.${quoted(key)}`;
    return `${quoted(key)}: ${cypher.replace("$", place)}`;
  });
  return {
    shape: `{${shape.join(", ")}}`,
    row: `{${all.map(([key, { json }]) => `${JSON.stringify(key)}: ${json}`).join(", ")}}`,
  };
}

/** Constraints and indexes as `SHOW` gives them: one that the server's owner has made again already stays. */
const unlessThere = (statement: string): string =>
  statement.replace(
    /^(CREATE [A-Z ]*?(?:INDEX|CONSTRAINT) (?:`(?:[^`]|``)*`|[^\s`]+)) /,
    "$1 IF NOT EXISTS ",
  );

/** A line of the dump; nothing where it is none of the graph's (a header, a summary). @throws RecoveryFailure for a value that cannot be written back. */
export function lineOf(text: string): Line | undefined {
  const { data } = parseJolt(text) as { data?: readonly unknown[] };
  if (data === undefined) return undefined;
  const [kind, ...values] = data;
  switch (textOf(kind)) {
    case "node": {
      const [id, labels, properties] = values;
      const { shape, row } = mapOf(propertiesOf(properties));
      const all = textsOf(labels)
        .map((label) => `:${quoted(label)}`)
        .join("");
      return { kind: "node", id: textOf(id), shape: `(n${all} ${shape})`, row };
    }
    case "relationship": {
      const [, type, start, end, properties] = values;
      const { shape, row } = mapOf(propertiesOf(properties));
      const made = `[:${quoted(textOf(type))} ${shape}]`;
      return { kind: "relationship", start: textOf(start), end: textOf(end), shape: made, row };
    }
    case "constraint":
    case "index":
      return { kind: "schema", statement: unlessThere(textOf(values[1])) };
    default:
      throw new RecoveryFailure(`the dump has a line of a kind that is not known: ${text.slice(0, 80)}`);
  }
}

/** Makes the rows of a shape; each gives the new node's identity, in their order. */
export const makeNodes = (shape: string): string => `UNWIND $rows AS row CREATE ${shape} RETURN elementId(n)`;

export const makeRelationships = (shape: string): string =>
  `UNWIND $rows AS row MATCH (a) WHERE elementId(a) = row.a MATCH (b) WHERE elementId(b) = row.b CREATE (a)-${shape}->(b)`;
