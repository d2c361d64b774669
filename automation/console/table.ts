/** Tables for people: aligned columns, no frame. */
import Table from "cli-table3";
import { paint } from "./terminal.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** No frame: what is printed can be copied, cut and grepped. */
const noFrame = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

/**
 * Lines of a table, indented by two spaces and without trailing blanks; one line "(none)" where there are no rows.
 * Cells may carry colours.
 */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return ["  (none)"];
  const drawn = new Table({
    chars: noFrame,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [], compact: true },
    colAligns: columns.map((column) => column.align ?? "left"),
  });
  drawn.push(columns.map((column) => paint("bold", column.title)));
  for (const row of rows) drawn.push([...row]);
  return drawn
    .toString()
    .split("\n")
    .map((line) => `  ${line.trimEnd()}`);
}

/** A heading over a table. */
export function heading(text: string): string {
  return paint(["bold", "underline"], text);
}
