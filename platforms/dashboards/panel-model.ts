/** A panel in Grafana's model. */
import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import * as common from "@grafana/grafana-foundation-sdk/common";
import * as sdk from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder as LogsBuilder } from "@grafana/grafana-foundation-sdk/logs";
import * as loki from "@grafana/grafana-foundation-sdk/loki";
import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as StatBuilder } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as TableBuilder } from "@grafana/grafana-foundation-sdk/table";
import * as tempo from "@grafana/grafana-foundation-sdk/tempo";
import { PanelBuilder as LinesBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import { explore } from "./explore.ts";
import type { DataSource, LogPanel, MetricPanel, Panel, TracePanel } from "./panel.ts";

/** A panel that still wants its number and its place. */
export interface PanelModel extends Builder<sdk.Panel> {
  id(id: number): PanelModel;
  gridPos(place: sdk.GridPos): PanelModel;
}

export function panelModel(panel: Panel): PanelModel {
  switch (panel.kind) {
    case "logs":
      return logs(panel);
    case "traces":
      return traces(panel);
    case "stat":
      return described(measured(number(), panel), panel);
    case "table":
      return described(measured(new Table(), panel), panel);
    default:
      return described(measured(lines(panel), panel), panel);
  }
}

/** Without a footer, which the library still writes and Grafana's schema no longer knows. */
class Table extends TableBuilder {
  override build(): sdk.Panel {
    const panel = super.build();
    const options = Object.entries(panel.options as object).filter(([key]) => key !== "footer");
    return { ...panel, options: Object.fromEntries(options) };
  }
}

/** A data source is asked by its uid, which provisioning gives it. */
function source(type: DataSource): common.DataSourceRef {
  return { type, uid: type };
}

function described<Model extends { description(text: string): unknown }>(
  model: Model,
  { description }: Panel,
): Model {
  if (description !== undefined) model.description(description);
  return model;
}

function lines({ stacked = false, leadsToTraces = false, red, redBelow }: MetricPanel): LinesBuilder {
  const model = new LinesBuilder()
    .lineWidth(1)
    .fillOpacity(stacked ? 40 : 10)
    .showPoints(common.VisibilityMode.Never)
    // Lines keep a color each: what is too much is a line across them.
    .thresholdsStyle(
      new common.GraphThresholdsStyleConfigBuilder().mode(
        (red ?? redBelow) === undefined
          ? common.GraphThresholdsStyleMode.Off
          : common.GraphThresholdsStyleMode.Dashed,
      ),
    )
    .stacking(
      new common.StackingConfigBuilder().mode(
        stacked ? common.StackingMode.Normal : common.StackingMode.None,
      ),
    )
    .legend(
      new common.VizLegendOptionsBuilder()
        .displayMode(common.LegendDisplayMode.Table)
        .placement(common.LegendPlacement.Bottom)
        .showLegend(true)
        .calcs(["lastNotNull", "max"]),
    )
    .tooltip(
      new common.VizTooltipOptionsBuilder()
        .mode(common.TooltipDisplayMode.Multi)
        .sort(common.SortOrder.Descending),
    );
  return leadsToTraces ? model.dataLinks(ways()) : model;
}

function number(): StatBuilder {
  return new StatBuilder()
    .graphMode(common.BigValueGraphMode.Area)
    .colorMode(common.BigValueColorMode.Value)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]).values(false));
}

/** From a line of a server to what it did at that time. */
function ways(): sdk.DashboardLinkBuilder[] {
  const way = (title: string, url: string) =>
    new sdk.DashboardLinkBuilder(title).type(sdk.DashboardLinkType.Link).url(url).targetBlank(true);
  const workload = "${__field.labels.destination_workload}";
  const namespace = "${__field.labels.destination_workload_namespace}";
  return [
    way(
      "Its failed and slow traces",
      explore("tempo", tracesOf(workload, "status = error || duration > 1s")),
    ),
    way("Its logs", explore("loki", `{k8s_namespace_name="${namespace}", k8s_pod_name=~"${workload}-.*"}`)),
  ];
}

/** The mesh's spans call a server `<workload>.<namespace>`, its own `<workload>`. */
export function tracesOf(server: string, condition: string): string {
  return `{ resource.service.name =~ "${server}([.].*)?" && (${condition}) }`;
}

interface MetricModel {
  title(title: string): this;
  datasource(ref: common.DataSourceRef): this;
  unit(unit: string): this;
  min(min: number): this;
  thresholds(thresholds: Builder<sdk.ThresholdsConfig>): this;
  withTarget(target: Builder<ReturnType<prometheus.DataqueryBuilder["build"]>>): this;
}

function measured<Model extends MetricModel>(model: Model, panel: MetricPanel): Model {
  model
    .title(panel.title)
    .datasource(source("prometheus"))
    .unit(panel.unit)
    .thresholds(new sdk.ThresholdsConfigBuilder().mode(sdk.ThresholdsMode.Absolute).steps(stepsOf(panel)));
  if (panel.negative !== true) model.min(0);
  for (const [index, { expr, legend }] of panel.queries.entries()) {
    const query = new prometheus.DataqueryBuilder()
      .refId(String.fromCharCode("A".charCodeAt(0) + index))
      .datasource(source("prometheus"))
      .expr(expr)
      .legendFormat(legend);
    if (panel.kind === "table") query.instant().format(prometheus.PromQueryFormat.Table);
    else query.range().exemplar(panel.leadsToTraces === true);
    model.withTarget(query);
  }
  return model;
}

/** Said also where nothing turns red: left out, Grafana has everything red from 80 on. */
function stepsOf({ red, redBelow }: MetricPanel): sdk.Threshold[] {
  if (red !== undefined)
    return [
      { value: null, color: "green" },
      { value: red, color: "red" },
    ];
  if (redBelow !== undefined)
    return [
      { value: null, color: "red" },
      { value: redBelow, color: "green" },
    ];
  return [{ value: null, color: "green" }];
}

function logs(panel: LogPanel): LogsBuilder {
  return described(
    new LogsBuilder()
      .title(panel.title)
      .datasource(source("loki"))
      .showTime(true)
      .wrapLogMessage(true)
      .enableLogDetails(true)
      .sortOrder(common.LogsSortOrder.Descending)
      .withTarget(
        new loki.DataqueryBuilder().refId("A").datasource(source("loki")).expr(panel.query).maxLines(200),
      ),
    panel,
  );
}

function traces(panel: TracePanel): TableBuilder {
  return described(
    new Table()
      .title(panel.title)
      .datasource(source("tempo"))
      .withTarget(
        new tempo.DataqueryBuilder()
          .refId("A")
          .datasource(source("tempo"))
          .queryType("traceql")
          .query(panel.query)
          .limit(20)
          .tableType(tempo.SearchTableType.Traces),
      ),
    panel,
  );
}
