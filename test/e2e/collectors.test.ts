/**
 * The collectors' configurations in the real program, built from the parts of the distribution that runs in clusters:
 * it takes them as they are, keeps failed and slow traces whatever the share of the others, and finds the number of the
 * trace in lines of logs.
 */
import assert from "node:assert/strict";
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { ownMetrics } from "../../components/foundation/collector.ts";
import { opentelemetry } from "../../components/foundation/opentelemetry.ts";
import { metricSources } from "../../config/catalog/metrics/index.ts";
import { mergeValues, type Values } from "../../config/catalog/mirror.ts";
import { environments, type Environment } from "../../config/index.ts";
import { freePort } from "../../simulation/control-plane/ports.ts";
import { goPrograms } from "../../simulation/images/go-programs.ts";
import { ensureGoProgram } from "../../simulation/images/go-program.ts";
import { everything, factsOf, specOf } from "../unit/foundation/stack.ts";
import { at } from "../support/objects.ts";

const run = promisify(execFile);

/** What the chart's values and presets write themselves: the parts that ours are laid over. */
const chartsOwn: Values = {
  extensions: { health_check: { endpoint: "${env:MY_POD_IP}:13133" } },
  receivers: {
    otlp: {
      protocols: { grpc: { endpoint: "${env:MY_POD_IP}:4317" }, http: { endpoint: "${env:MY_POD_IP}:4318" } },
    },
    jaeger: {},
    zipkin: {},
    prometheus: {},
    filelog: {
      include: ["/var/log/pods/*/*/*.log"],
      operators: [{ type: "container", id: "container-parser" }],
    },
  },
  processors: {
    batch: {},
    memory_limiter: { check_interval: "5s", limit_percentage: 80, spike_limit_percentage: 25 },
    k8sattributes: { passthrough: true },
  },
  exporters: { debug: {} },
  service: { extensions: ["health_check"], pipelines: { logs: {}, metrics: {}, traces: {} } },
};

/** Helm's way with values: maps merge, and what is null goes. */
function helmed(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== null)
      .map(([key, value]) => [
        key,
        typeof value === "object" && !Array.isArray(value) ? helmed(value as Values) : value,
      ]),
  );
}

type Collector = "opentelemetry-gateway" | "opentelemetry-logs";

function configurationOf(environment: Environment, collector: Collector): Values {
  const spec = specOf(environment, { foundation: { ...everything, tracing: { samplingPercent: 0 } } });
  const addOn = spec.addOns.find(({ name }) => name === "opentelemetry")!;
  const values = opentelemetry.values({ spec: addOn, options: spec.options, facts: factsOf(true) });
  return helmed(mergeValues(chartsOwn, at(values, collector, "config") as Values));
}

interface Span {
  readonly traceId: string;
  readonly name: string;
}

describe("collectors of traces and logs", function () {
  this.timeout(900_000);
  let otelcol: string;
  let sink: Server;
  let collector: ChildProcess | undefined;
  let received: unknown[];

  before(async function () {
    this.timeout(90 * 60_000); // On a machine that never built the program: 2 min on two cores.
    otelcol = await ensureGoProgram(goPrograms.otelcol);
    sink = createServer((request, response) => {
      void text(request).then((body) => {
        received.push(JSON.parse(body));
        response.setHeader("content-type", "application/json").end("{}");
      });
    }).listen(0, "127.0.0.1");
    await once(sink, "listening");
  });

  beforeEach(() => {
    received = [];
  });

  afterEach(async () => {
    if (collector?.exitCode !== null) return;
    const ended = once(collector, "exit");
    collector.kill();
    await ended;
  });

  after(() => {
    sink.close();
  });

  const started = (configuration: Values, ...args: readonly string[]) => ({
    args: [...args, "--config=env:CONFIGURATION"],
    env: {
      PATH: process.env.PATH,
      CONFIGURATION: JSON.stringify(configuration),
      MY_POD_IP: "127.0.0.1",
      KUBE_NODE_NAME: "n",
    },
  });

  for (const environment of environments) {
    for (const name of ["opentelemetry-gateway", "opentelemetry-logs"] as const) {
      it(`${environment}: ${name} is taken by the program`, async () => {
        const { args, env } = started(configurationOf(environment, name), "validate");
        await run(otelcol, args, { env });
      });
    }
  }

  it("one with a misspelt key, or a statement that means nothing, is not", async () => {
    const mistakes: readonly (readonly [Collector, Values, RegExp])[] = [
      ["opentelemetry-gateway", { tail_sampling: { decision_weight: "1s" } }, /decision_weight/],
      ["opentelemetry-logs", { "transform/trace": { log_statements: ["sett(log.body)"] } }, /sett/],
    ];
    for (const [name, processors, complaint] of mistakes) {
      const { args, env } = started(mergeValues(configurationOf("dev", name), { processors }), "validate");
      await assert.rejects(run(otelcol, args, { env }), complaint);
    }
  });

  /** Runs processors of ours between a receiver and this test. */
  async function between(
    signal: "logs" | "traces",
    processors: Values,
    more: Values = {},
  ): Promise<(body: object) => Promise<void>> {
    const port = await freePort();
    const { port: to } = sink.address() as AddressInfo;
    const configuration: Values = {
      receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
      processors,
      exporters: { otlphttp: { endpoint: `http://127.0.0.1:${to}`, encoding: "json", compression: "none" } },
      service: {
        telemetry: { metrics: { level: "none" } },
        pipelines: {
          [signal]: { receivers: ["otlp"], processors: Object.keys(processors), exporters: ["otlphttp"] },
        },
      },
    };
    const { args, env } = started(mergeValues(configuration, more));
    collector = spawn(otelcol, args, { env, stdio: "ignore" });
    return async (body) => {
      for (let tries = 0; tries < 3000; tries += 1) {
        const answer = await fetch(`http://127.0.0.1:${port}/v1/${signal}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        }).catch(() => undefined);
        if (answer?.ok === true) return;
        await pause(100);
      }
      throw new Error("the collector took nothing within 5 min");
    };
  }

  async function arrived<T>(what: () => T[], count: number): Promise<T[]> {
    for (let tries = 0; tries < 3000 && what().length < count; tries += 1) await pause(100);
    return what();
  }

  it("keep a trace that failed and one that was slow, and none of the others at 0 percent", async () => {
    const processors = at(configurationOf("production", "opentelemetry-gateway"), "processors") as Values;
    const send = await between("traces", {
      tail_sampling: { ...(processors.tail_sampling as Values), decision_wait: "1s" },
    });
    const begin = BigInt(Date.now()) * 1_000_000n;
    const span = (name: string, number: number, milliseconds: number, code: number) => ({
      traceId: number.toString(16).padStart(32, "a"),
      spanId: number.toString(16).padStart(16, "b"),
      name,
      startTimeUnixNano: String(begin),
      endTimeUnixNano: String(begin + BigInt(milliseconds) * 1_000_000n),
      status: { code },
    });
    const ordinary = Array.from({ length: 50 }, (_, index) => span("ordinary", index + 10, 20, 0));
    await send({
      resourceSpans: [
        { scopeSpans: [{ spans: [...ordinary, span("failed", 1, 20, 2), span("slow", 2, 2500, 0)] }] },
      ],
    });
    const spans = () =>
      received.flatMap((body) =>
        (body as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] }).resourceSpans.flatMap(
          ({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans),
        ),
      );
    await arrived(spans, 2);
    await pause(1500); // Whatever else was decided has come by then.
    assert.deepEqual(
      spans()
        .map(({ name }) => name)
        .sort(),
      ["failed", "slow"],
    );
  });

  it("count what the table of what is scraped says, under those names and with those labels", async () => {
    const port = await freePort();
    const telemetry = JSON.parse(JSON.stringify(ownMetrics).replace("8888", String(port))) as Values;
    const { tail_sampling: sampling } = at(
      configurationOf("production", "opentelemetry-gateway"),
      "processors",
    ) as Values;
    const send = await between(
      "traces",
      { tail_sampling: { ...(sampling as Values), decision_wait: "1s" } },
      {
        exporters: {
          "otlphttp/gone": { endpoint: "http://127.0.0.1:1", retry_on_failure: { enabled: false } },
        },
        service: {
          telemetry: { metrics: { level: "normal", ...(telemetry.metrics as Values) } },
          pipelines: { traces: { exporters: ["otlphttp", "otlphttp/gone"] } },
        },
      },
    );
    const [traceId, spanId] = ["0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"];
    await send({
      resourceSpans: [
        { scopeSpans: [{ spans: [{ traceId, spanId, name: "failed", status: { code: 2 } }] }] },
      ],
    });
    let lines: string[] = [];
    const { metrics } = metricSources["opentelemetry-collector"]!;
    // Those of logs are named alike; the queue was never full.
    const wanted = Object.keys(metrics).filter((name) => !/log_records|enqueue_failed/.test(name));
    const isThere = (name: string) => lines.some((line) => /^[^{ ]+/.exec(line)?.[0] === name);
    for (let tries = 0; tries < 3000 && !wanted.every(isThere); tries += 1) {
      await pause(100);
      lines = (await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).split("\n");
    }
    const seen = new Set<string>();
    for (const line of lines.filter((each) => each.startsWith("otelcol_"))) {
      const [name = ""] = line.split(/[{ ]/, 1);
      const metric = metrics[name];
      if (metric === undefined) continue;
      seen.add(name);
      const labels = [...line.matchAll(/(\w+)="/g)].map(([, label = ""]) => label);
      assert.deepEqual(
        labels.filter((label) => !metric.labels.includes(label)),
        [],
        line,
      );
    }
    assert.deepEqual(
      wanted.filter((name) => !seen.has(name)),
      [],
    );
  });

  it("find the trace of a line, however it is written, and leave the others as they are", async () => {
    const processors = at(configurationOf("production", "opentelemetry-logs"), "processors") as Values;
    const send = await between("logs", {
      "transform/trace": processors["transform/trace"] ?? null,
    });
    const [trace, spanId] = ["0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"];
    const lines: readonly (readonly [line: string, trace: string, span: string])[] = [
      [`{"level":"info","trace_id":"${trace}","span_id":"${spanId}"}`, trace, spanId],
      [`{"start_time":"2026-01-01","trace_id": "${trace}"}`, trace, ""],
      [`INFO trace_id=${trace} span_id=${spanId} resource.service.name=x - done`, trace, spanId],
      [`level=warn traceID=${trace} msg="slow"`, trace, ""],
      ["nothing of the kind; trace_id=0", "", ""],
    ];
    await send({
      resourceLogs: [
        { scopeLogs: [{ logRecords: lines.map(([stringValue]) => ({ body: { stringValue } })) }] },
      ],
    });
    const records = () =>
      received.flatMap((body) =>
        (
          body as {
            resourceLogs: {
              scopeLogs: { logRecords: { body: object; traceId?: string; spanId?: string }[] }[];
            }[];
          }
        ).resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords)),
      );
    const found = await arrived(records, lines.length);
    assert.deepEqual(
      found.map(({ body, traceId = "", spanId: span = "" }) => [at(body, "stringValue"), traceId, span]),
      lines,
    );
  });
});
