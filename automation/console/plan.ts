/** A plan as people read it. */
import { tally, type Action, type Change, type Plan, type PropertyChange } from "../engine/plan.ts";
import { heading, table } from "./table.ts";
import { counted, paint, type Paint } from "./terminal.ts";

interface Style {
  readonly sign: string;
  readonly colour: Paint;
  readonly past: string;
  /** More of them are counted by unit of delivery and kind instead of listed. */
  readonly listed: number;
}

const styles: Record<Action, Style> = {
  create: { sign: "+", colour: "green", past: "created", listed: 12 },
  update: { sign: "~", colour: "yellow", past: "updated", listed: 40 },
  replace: { sign: "±", colour: "magenta", past: "replaced", listed: Infinity },
  delete: { sign: "-", colour: "red", past: "deleted", listed: Infinity },
  import: { sign: "=", colour: "cyan", past: "imported", listed: 40 },
  forget: { sign: "·", colour: "dim", past: "left alone", listed: 40 },
};

/** More changed properties than this of one object are counted. */
const listedProperties = 4;

export interface PlanOptions {
  /** List every change instead of counting many alike. */
  readonly verbose?: boolean;
  /** Count deletions as well: everything goes, and what is lost with it is listed elsewhere. */
  readonly countDeletions?: boolean;
}

/** The lines of a plan, summary last. */
export function planLines(plan: Plan, title: string, options: PlanOptions = {}): string[] {
  const isCounted = ({ action }: Change): boolean => {
    if (options.verbose === true) return false;
    const limit = action === "delete" && options.countDeletions === true ? 0 : styles[action].listed;
    return plan.changes.filter((change) => change.action === action).length > limit;
  };
  const sections = [
    countTable(plan.changes.filter(isCounted)),
    changeTable(plan.changes.filter((change) => !isCounted(change))),
  ].filter((lines) => lines.length > 0);
  const lines =
    sections.length === 0
      ? ["  nothing changes"]
      : sections.flatMap((section) => [...section, ""]).slice(0, -1);
  return [heading(title), ...lines, "", `  ${summary(plan)}`];
}

/** One line: how many objects are created, updated, replaced, deleted, unchanged. */
export function summary(plan: Plan): string {
  const parts = tally(plan).map(({ action, count }) =>
    paint(styles[action].colour, `${styles[action].sign} ${count} ${styles[action].past}`),
  );
  return [...parts, `${plan.unchanged} unchanged`].join(", ");
}

/** What was done, in the past tense: `12 created, 3 updated`. */
export function done(plan: Plan): string {
  return tally(plan)
    .map(({ action, count }) => `${count} ${styles[action].past}`)
    .join(", ");
}

function label(action: Action): string {
  return paint(styles[action].colour, `${styles[action].sign} ${action}`);
}

function changeTable(changes: readonly Change[]): string[] {
  if (changes.length === 0) return [];
  const rows = changes.flatMap((change) => {
    const [first = "", ...more] = detailsOf(change);
    return [
      [label(change.action), change.kind, change.name, first],
      ...more.map((line) => ["", "", "", line]),
    ];
  });
  return table([{ title: "" }, { title: "kind" }, { title: "object" }, { title: "what changes" }], rows);
}

function detailsOf(change: Change): string[] {
  if (change.action === "delete" && change.kind === "PersistentVolumeClaim")
    return [paint("red", "its data is lost")];
  const forcing = change.properties.filter(({ path }) => change.because.some((key) => path.startsWith(key)));
  const shown = change.action === "replace" && forcing.length > 0 ? forcing : change.properties;
  const lines = shown.slice(0, listedProperties).map(propertyLine);
  if (lines.length === 0) return change.because.length > 0 ? [change.because.join(", ")] : [];
  const rest = shown.length - lines.length;
  return rest > 0 ? [...lines, `… and ${counted(rest, "more property", "more properties")}`] : lines;
}

function propertyLine({ path, before, after }: PropertyChange): string {
  if (before === undefined && after === undefined) return path;
  return `${path}: ${before ?? "(none)"} → ${after ?? "(none)"}`;
}

function countTable(changes: readonly Change[]): string[] {
  if (changes.length === 0) return [];
  const keys = [...new Set(changes.map(({ action, group }) => `${action} ${group}`))];
  const rows = keys.map((key) => {
    const same = changes.filter(({ action, group }) => `${action} ${group}` === key);
    const kinds = new Map<string, number>();
    for (const { kind } of same) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    const [{ action, group } = { action: "create" as const, group: "" }] = same;
    const ofKind = [...kinds].sort().map(([kind, count]) => (count === 1 ? kind : `${count} ${kind}`));
    return [label(action), group, String(same.length), ofKind.join(", ")];
  });
  return table(
    [{ title: "" }, { title: "in" }, { title: "objects", align: "right" }, { title: "of kind" }],
    rows,
  );
}
