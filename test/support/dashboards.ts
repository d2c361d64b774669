/** Every dashboard that Grafana is given, platforms' and cluster's, as data. */
import { describeStack } from "../../platforms/index.ts";
import { dashboards as ofCancer } from "../../platforms/cancer/dashboards.ts";
import type { DashboardSpec } from "../../platforms/model/index.ts";
import { settingsOf } from "./stacks.ts";

export interface GridPos {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface PanelOf {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: GridPos;
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly options?: unknown;
  readonly fieldConfig?: { readonly defaults: { readonly custom?: unknown } };
  readonly targets?: readonly {
    readonly datasource: { readonly type: string; readonly uid: string };
    readonly expr?: string;
    readonly query?: string;
  }[];
}

export interface Shown {
  /** A platform, or `cluster`. */
  readonly folder: string;
  readonly spec: DashboardSpec;
  readonly model: {
    readonly uid: string;
    readonly title: string;
    readonly tags: readonly string[];
    readonly panels: readonly PanelOf[];
    readonly templating: { readonly list?: readonly { readonly name: string }[] };
  };
}

export function dashboardsOf(stack: string): Shown[] {
  const settings = settingsOf(stack);
  const { foundation, platforms } = describeStack(settings);
  const { cancer } = settings.platforms;
  const shown = (folder: string, specs: readonly DashboardSpec[]): Shown[] =>
    specs.map((spec) => ({ folder, spec, model: spec.model as unknown as Shown["model"] }));
  return [
    ...shown("cluster", foundation.options.dashboards),
    ...platforms.flatMap(({ name, applications }) =>
      shown(
        name,
        applications.flatMap(({ dashboards = [] }) => dashboards),
      ),
    ),
    ...(cancer === undefined ? [] : shown("cancer", ofCancer(cancer))),
  ];
}
