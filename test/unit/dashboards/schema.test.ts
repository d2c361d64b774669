/**
 * Dashboards are what Grafana takes: the JSON of every panel is checked by the compiler against the types that Grafana
 * publishes with the release that runs here, with no property too many.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { foundationCharts } from "../../../config/catalog/charts.ts";
import { dashboardsOf, type PanelOf } from "../../support/dashboards.ts";
import { root } from "../../support/stacks.ts";

const published = "@grafana/schema";
/** Types of a panel's own options and fields. */
const panelTypes: Readonly<Record<string, string>> = {
  timeseries: "timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen",
  stat: "stat/panelcfg/x/StatPanelCfg_types.gen",
  table: "table/panelcfg/x/TablePanelCfg_types.gen",
  logs: "logs/panelcfg/x/LogsPanelCfg_types.gen",
};
/** Some are not in every release's types, since the panel's own plugin reads them. */
const withFields = new Set(["timeseries", "table"]);

const imports = [
  `import type { Dashboard, Panel, RowPanel } from "${published}";`,
  ...Object.entries(panelTypes).map(
    ([type, path]) => `import type * as ${type} from "${published}/dist/esm/raw/composable/${path}";`,
  ),
  // What a value of a type is in JSON: the words of an enumeration are strings.
  `type Json<T> = T extends string ? \`\${T}\` : T extends readonly (infer Item)[] ? Json<Item>[]
    : T extends object ? { [Key in keyof T]: Json<T[Key]> } : T;`,
];

function typesOf(panel: PanelOf, name: string): string[] {
  if (panel.type === "row") return [`export const ${name}: Json<RowPanel> = ${JSON.stringify(panel)};`];
  const { options, fieldConfig } = panel;
  const custom = fieldConfig?.defaults.custom;
  return [
    `export const ${name}: Json<Panel> = ${JSON.stringify(panel)};`,
    ...(options === undefined
      ? []
      : [`export const ${name}o: Partial<Json<${panel.type}.Options>> = ${JSON.stringify(options)};`]),
    ...(custom === undefined || !withFields.has(panel.type)
      ? []
      : [`export const ${name}f: Json<Partial<${panel.type}.FieldConfig>> = ${JSON.stringify(custom)};`]),
  ];
}

/** What the compiler says of a source that stands in the repository's root. */
function complaints(source: string): string[] {
  const file = join(root, "dashboards-in-memory.ts");
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    types: [],
  };
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = { ...disk };
  host.fileExists = (path) => path === file || disk.fileExists(path);
  host.getSourceFile = (path, target, ...rest) =>
    path === file ? ts.createSourceFile(path, source, target) : disk.getSourceFile(path, target, ...rest);
  const program = ts.createProgram([file], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

describe("Grafana's schema of dashboards", () => {
  const all = dashboardsOf("production");

  it("is the one of the Grafana that is installed", () => {
    const { version } = JSON.parse(
      readFileSync(join(root, "node_modules", published, "package.json"), "utf8"),
    ) as { version: string };
    assert.ok(
      foundationCharts["kube-prometheus-stack"].images.grafana.reference.endsWith(`/grafana:${version}`),
      version,
    );
  });

  it("knows every dashboard, panel, option and field of ours", () => {
    const source = [
      ...imports,
      ...all.flatMap(({ model: { panels, ...model } }, index) => [
        `export const d${index}: Json<Omit<Dashboard, "panels">> = ${JSON.stringify(model)};`,
        ...panels.flatMap((panel, number) => typesOf(panel, `d${index}p${number}`)),
      ]),
    ].join("\n");
    assert.deepEqual(complaints(source), []);
  });

  it("knows no word that is misspelt", () => {
    const [panel] = all.flatMap(({ model }) => model.panels.filter(({ type }) => type === "timeseries"));
    const wrong = [
      { ...panel!, titel: "x" },
      { ...panel!, gridPos: { ...panel!.gridPos, w: "12" as unknown as number } },
      { ...panel!, options: { legend: { displayMode: "tabel" } } },
    ];
    const found = complaints(
      [...imports, ...wrong.flatMap((each, index) => typesOf(each, `p${index}`))].join("\n"),
    );
    assert.match(found[0] ?? "", /titel/);
    assert.match(found[1] ?? "", /number/);
    assert.match(found[2] ?? "", /tabel/);
  });
});
