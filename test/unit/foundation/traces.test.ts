/** Traces from a request to Grafana: begun, handed on, decided, kept, and found from logs and metrics. */
import assert from "node:assert/strict";
import { definitions } from "../../../components/foundation/definitions.ts";
import type { FoundationChartName } from "../../../config/catalog/charts.ts";
import type { Values } from "../../../config/catalog/mirror.ts";
import type { Environment } from "../../../config/index.ts";
import { describePlatforms } from "../../../platforms/index.ts";
import { at } from "../../support/objects.ts";
import { settingsOf } from "../../support/stacks.ts";
import { everything, factsOf, specOf, type StackChanges } from "./stack.ts";

function valuesOf(chart: FoundationChartName, environment: Environment, changes: StackChanges = {}): Values {
  const spec = specOf(environment, { foundation: { ...everything, ...changes.foundation } });
  const addOn = spec.addOns.find(({ releases }) => releases.some((release) => release.chart === chart))!;
  const values = definitions[addOn.name].values({ spec: addOn, options: spec.options, facts: factsOf(true) });
  return values[chart]!;
}

/** What Grafana's provisioning makes of a text: `$$` is a dollar, `${...}` a variable of the environment. */
function provisioned(text: string): string {
  return text
    .split("$$")
    .map((part) => part.replaceAll(/\$\{\w*\}|\$\w+/g, ""))
    .join("$");
}

describe("collectors of traces", () => {
  it("decide together where several run: each hands a trace to the one that its number chooses", () => {
    const values = valuesOf("opentelemetry-gateway", "production");
    assert.equal(values.replicaCount, 2);
    assert.deepEqual(at(values, "config.exporters.loadbalancing.resolver.k8s"), {
      service: "otel-gateway.platform-monitoring",
      ports: [4320],
    });
    assert.deepEqual(at(values, "clusterRole.rules.0.resources"), ["endpointslices"]);
    assert.equal(at(values, "ports.otlp-balanced.containerPort"), 4320);
    const pipelines = at(values, "config.service.pipelines") as Record<string, Values>;
    assert.deepEqual(pipelines["traces/received"]?.exporters, ["loadbalancing"]);
    assert.deepEqual(pipelines.traces, {
      receivers: ["otlp/balanced"],
      processors: ["memory_limiter", "tail_sampling", "batch"],
      exporters: ["otlp/tempo"],
    });
  });

  it("decide alone where one runs", () => {
    const values = valuesOf("opentelemetry-gateway", "dev");
    assert.equal(at(values, "config.exporters.loadbalancing"), undefined);
    assert.deepEqual(at(values, "config.service.pipelines.traces.receivers"), ["otlp"]);
  });

  it("keep what failed or was slower than the settings say", () => {
    const policies = (foundation: NonNullable<StackChanges["foundation"]>) =>
      at(
        valuesOf("opentelemetry-gateway", "production", { foundation }),
        "config.processors.tail_sampling.policies",
      );
    assert.deepEqual(policies({}), [
      { name: "failed", type: "status_code", status_code: { status_codes: ["ERROR"] } },
      { name: "slow", type: "latency", latency: { threshold_ms: 2000 } },
      { name: "of-the-rest", type: "probabilistic", probabilistic: { sampling_percentage: 10 } },
    ]);
    assert.equal(at(policies({ tracing: { slowMilliseconds: 300 } }), "1.latency.threshold_ms"), 300);
  });
});

describe("traces, logs and metrics of a request", () => {
  const grafana = at(valuesOf("kube-prometheus-stack", "production"), "grafana") as Values;
  const sources = grafana.additionalDataSources as Values[];
  const source = (uid: string) => sources.find((candidate) => candidate.uid === uid);

  it("are begun by the mesh, whose access log has the trace's number", () => {
    const format = JSON.parse(
      String(at(valuesOf("istiod", "production"), "meshConfig.accessLogFormat")),
    ) as Values;
    assert.equal(format.trace_id, "%TRACE_ID%");
    assert.equal(at(valuesOf("istiod", "production"), "meshConfig.accessLogEncoding"), "JSON");
  });

  it("are reported and handed on by every service of the users' own that may send them", () => {
    const workloads = describePlatforms(settingsOf("production"))
      .flatMap(({ applications }) => applications)
      .flatMap((application) => application.workloads)
      .filter(({ egress = [] }) => egress.some(({ kind }) => kind === "telemetry"));
    assert.ok(workloads.length >= 10);
    for (const { name, container } of workloads) {
      const { env = {} } = container;
      assert.deepEqual(
        [env.OTEL_SERVICE_NAME, env.OTEL_PROPAGATORS, env.OTEL_EXPORTER_OTLP_ENDPOINT],
        [name, "tracecontext,baggage", "http://otel-gateway.platform-monitoring:4317"],
      );
    }
  });

  it("lead to each other, by data sources that are there", () => {
    const ways = {
      "a metric's exemplar to its trace": at(
        grafana,
        "sidecar.datasources.exemplarTraceIdDestinations.datasourceUid",
      ),
      "a line of logs to its trace": at(source("loki"), "jsonData.derivedFields.0.datasourceUid"),
      "a span to its logs": at(source("tempo"), "jsonData.tracesToLogsV2.datasourceUid"),
      "a span to its metrics": at(source("tempo"), "jsonData.tracesToMetrics.datasourceUid"),
    };
    assert.deepEqual(Object.values(ways), ["tempo", "tempo", "loki", "prometheus"]);
    const field = at(source("loki"), "jsonData.derivedFields.0");
    assert.deepEqual([at(field, "matcherType"), at(field, "matcherRegex")], ["label", "trace_id"]);
    const spec = at(valuesOf("kube-prometheus-stack", "production"), "prometheus.prometheusSpec");
    assert.deepEqual(at(spec, "enableFeatures"), ["exemplar-storage"]);
  });

  it("are asked for with variables that provisioning leaves to Grafana", () => {
    const asked = [
      at(source("loki"), "jsonData.derivedFields.0.url"),
      at(source("tempo"), "jsonData.tracesToLogsV2.query"),
      at(source("tempo"), "jsonData.tracesToMetrics.queries.1.query"),
    ].map((text) => provisioned(String(text)));
    assert.deepEqual(asked, [
      "${__value.raw}",
      '{k8s_namespace_name=~".+"} | trace_id="${__trace.traceId}"',
      'sum(rate(istio_requests_total{reporter="destination",$__tags,response_code=~"5.."}[5m])) / sum(rate(istio_requests_total{reporter="destination",$__tags}[5m]))',
    ]);
  });
});
