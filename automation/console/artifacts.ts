/** Charts and images of a stack as tables for people. */
import type { ChartRow, ImageRow, StackArtifacts } from "../../platforms/foundation/index.ts";
import { heading, table, type Column } from "./table.ts";
import { counted } from "./terminal.ts";

/** Both tables, each with the mirror's addresses where there is a mirror. */
export function artifactTables({ charts, images }: StackArtifacts): string[] {
  return [
    heading(counted(charts.length, "chart")),
    ...listing(charts, [{ title: "version" }, { title: "of" }], ({ version, appVersion }: ChartRow) => [
      version,
      appVersion,
    ]),
    "",
    heading(counted(images.length, "image")),
    ...listing(images, [{ title: "architectures" }], ({ architectures }: ImageRow) => [
      architectures.length === 0 ? "(your own)" : architectures.join(", "),
    ]),
  ];
}

interface Artifact {
  readonly origin: string;
  readonly source: string;
  readonly usedBy: readonly string[];
}

function listing<Row extends Artifact>(
  rows: readonly Row[],
  columns: readonly Column[],
  cells: (row: Row) => readonly string[],
): string[] {
  const mirrored = rows.some(({ origin, source }) => origin !== source);
  return table(
    [{ title: "from" }, ...columns, { title: "used by" }, ...(mirrored ? [{ title: "taken from" }] : [])],
    rows.map((row) => [row.origin, ...cells(row), row.usedBy.join(", "), ...(mirrored ? [row.source] : [])]),
  );
}
