/**
 * A dashboard from rows of panels, in Grafana's model (v1, the one that files are provisioned in), its panels by Grafana's
 * own library.
 */
import * as sdk from "@grafana/grafana-foundation-sdk/dashboard";
import type { DashboardSpec } from "../model/index.ts";
import type { Choice, Row } from "./panel.ts";
import { panelModel } from "./panel-model.ts";

export interface DashboardArgs {
  /** End of the dashboard's address and name of its ConfigMap; at most 40 characters, and for ever. */
  readonly uid: string;
  readonly title: string;
  readonly description?: string;
  /** The platform, or `cluster`. */
  readonly about: string;
  readonly rows: readonly Row[];
  readonly choices?: readonly Choice[];
  /** How far back it looks at first, e.g. `1h` (the default) or `30d`. */
  readonly since?: string;
}

const columns = 24;
const heights = { stat: 4, others: 8 };

export function dashboard(args: DashboardArgs): DashboardSpec {
  const { uid, title, description, about, choices = [], since = "1h" } = args;
  return {
    name: uid,
    model: {
      uid,
      title,
      ...(description === undefined ? {} : { description }),
      tags: ["quint", about],
      schemaVersion: 42,
      editable: false,
      timezone: "utc",
      refresh: "30s",
      time: { from: `now-${since}`, to: "now" },
      graphTooltip: sdk.DashboardCursorSync.Crosshair,
      annotations: {},
      links: [
        new sdk.DashboardLinkBuilder(`More of ${about}`)
          .type(sdk.DashboardLinkType.Dashboards)
          .tags([about])
          .asDropdown(true)
          .keepTime(true)
          .build(),
      ],
      templating: { list: choices.map(variable) },
      panels: panelsOf(args.rows),
    },
  };
}

function panelsOf(rows: readonly Row[]): (sdk.Panel | sdk.RowPanel)[] {
  const panels: (sdk.Panel | sdk.RowPanel)[] = [];
  let y = 0;
  for (const row of rows) {
    const title = new sdk.RowBuilder(row.title).gridPos({ x: 0, y, w: columns, h: 1 });
    panels.push(title.id(panels.length + 1).build());
    y += 1;
    for (const { panel, ...place } of laidOut(row, y)) {
      panels.push(
        panelModel(panel)
          .id(panels.length + 1)
          .gridPos(place)
          .build(),
      );
      y = Math.max(y, place.y + place.h);
    }
  }
  return panels;
}

/** Numbers side by side, everything else two a line; the last of an odd number takes the line. */
function laidOut({ panels }: Row, from: number) {
  const numbers = panels.filter(({ kind }) => kind === "stat");
  const others = panels.filter(({ kind }) => kind !== "stat");
  const width = Math.floor(columns / Math.max(numbers.length, 1));
  const below = from + (numbers.length > 0 ? heights.stat : 0);
  return [
    ...numbers.map((panel, index) => ({ panel, x: index * width, y: from, w: width, h: heights.stat })),
    ...others.map((panel, index) => {
      const alone = index === others.length - 1 && index % 2 === 0;
      const half = columns / 2;
      return {
        panel,
        x: (index % 2) * half,
        y: below + Math.floor(index / 2) * heights.others,
        w: alone ? columns : half,
        h: heights.others,
      };
    }),
  ];
}

function variable({ name, label, values }: Choice): object {
  return {
    type: "custom",
    name,
    label,
    query: values.join(","),
    multi: true,
    includeAll: true,
    allValue: values.join("|"),
    allowCustomValue: false,
    current: { selected: true, text: ["All"], value: ["$__all"] },
  };
}
