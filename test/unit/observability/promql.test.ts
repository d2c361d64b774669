/** Nothing asks Prometheus for what nobody gives: names, labels, and labels that messages show. */
import assert from "node:assert/strict";
import { metricTriggers } from "../../../automation/delivery/triggers.ts";
import { tempo } from "../../../components/foundation/grafana-sources.ts";
import { metricSources, scrapedSeries } from "../../../config/catalog/metrics/index.ts";
import { expressionsOf, knownSeries, type Expression } from "../../support/expressions.ts";
import { at } from "../../support/objects.ts";
import { ask } from "../../support/promql.ts";
import { alertsOf } from "../../support/rules.ts";
import { stacks } from "../../support/stacks.ts";

describe("PromQL", () => {
  for (const stack of stacks) {
    describe(`of ${stack}`, () => {
      let all: Expression[];
      before(async () => {
        all = await expressionsOf(stack);
      });

      it("is found in rules and dashboards", () => {
        const kinds = new Set(all.map(({ where }) => where.split(" ")[1]));
        assert.ok(kinds.has("PrometheusRule") && kinds.has("ConfigMap"), [...kinds].join());
        assert.ok(all.some(({ own }) => own));
      });

      it("asks for series that are scraped or recorded, by labels that they have", () => {
        const clusters = knownSeries(all, false);
        const ownOnes = knownSeries(all, true);
        const problems = all.flatMap(({ where, text, own }) =>
          ask(text, own ? ownOnes : clusters).problems.map((problem) => `${where}: ${problem}`),
        );
        assert.deepEqual(problems, []);
      });

      it("gives alerts the labels that their messages show", () => {
        const known = knownSeries(all, false);
        const missing = all.flatMap(({ where, text, rule }) => {
          if (rule?.alert === undefined) return [];
          const { labels } = ask(text, known);
          const shown = [...JSON.stringify(rule.annotations).matchAll(/\$labels\.(\w+)/g)].map(
            ([, label]) => label ?? "",
          );
          return shown
            .filter((label) => labels?.has(label) !== true && rule.labels?.[label] === undefined)
            .map((label) => `${where}: ${label}`);
        });
        assert.deepEqual(missing, []);
      });
    });
  }
});

describe("PromQL outside of rules and dashboards", () => {
  let known: ReturnType<typeof knownSeries>;
  before(async () => {
    known = knownSeries(await expressionsOf("production"), false);
  });

  it("of a delivery's triggers asks for what is scraped, by labels that the verdict names", () => {
    for (const { name, query } of metricTriggers) {
      const { problems, labels } = ask(query(["blue", "green"]), known);
      assert.deepEqual(problems, [], name);
      const named = name === "critical-alert" ? "namespace" : "destination_workload_namespace";
      assert.ok(labels?.has(named), name);
    }
  });

  it("of the way from a span to metrics does, too, with the labels that it fills in", () => {
    const queries = at(tempo, "jsonData.tracesToMetrics.queries") as { query: string }[];
    const tags = at(tempo, "jsonData.tracesToMetrics.tags") as { value: string }[];
    assert.equal(queries.length, 3);
    for (const { query } of queries) {
      const filled = query.replaceAll("$$__tags", tags.map(({ value }) => `${value}="x"`).join());
      assert.deepEqual(ask(filled, known).problems, []);
    }
  });

  it("finds critical alerts of a platform by their namespace", () => {
    // Budgets that burn are seen in the error rate itself; Argo CD's applications are in its own namespace.
    const elsewhere = /^(ErrorBudget|ArgoCd|RestoreDrill|RestoreToo|Backup|ChestXray)/;
    const without = alertsOf("production").filter(
      ({ name, owner, severity, expression, labels }) =>
        owner !== "foundation" &&
        severity === "critical" &&
        !elsewhere.test(name) &&
        labels?.namespace === undefined &&
        ask(expression, known).labels?.has("namespace") !== true &&
        ask(expression, known).labels?.has("destination_workload_namespace") !== true,
    );
    assert.deepEqual(
      without.map(({ name }) => name),
      [],
    );
  });
});

describe("the check of PromQL", () => {
  const series = {
    requests_total: { labels: new Set(["job", "code", "le"]), counter: true },
    rollout: { labels: new Set(["job", "phase"]), values: { phase: ["Paused", "Abort"] } },
    temperature: { labels: new Set(["job"]), counter: false },
    "a:b": { labels: new Set(["job", "slo"]) },
  };
  const problems = (text: string) => ask(text, (name) => series[name as keyof typeof series]).problems;

  for (const good of [
    'sum by (code) (rate(requests_total{job="x"}[5m])) / ignoring (code) group_left () sum(rate(requests_total[5m]))',
    "histogram_quantile(0.9, sum by (le) (rate(requests_total[$__rate_interval])))",
    "temperature > on (job) group_left () a:b",
    "time() - max by (job) (temperature) > 3",
    'absent(temperature{job="x"}) or temperature * 0',
    'avg(temperature{job=~"$job"})',
    'rollout{phase=~"Paused|Ab.*",job="any"} or rollout{phase!="Abort"}',
  ]) {
    it(`lets pass ${good}`, () => {
      assert.deepEqual(problems(good), []);
    });
  }

  for (const [bad, reason] of Object.entries({
    "sum(rate(": /no PromQL/,
    "requests > 1": /asks for requests, which nothing gives/,
    'temperature{room="x"}': /temperature has no label room/,
    "sum by (room) (temperature)": /no label room/,
    "rate(temperature[5m])": /a gauge/,
    "temperature / sum by (code) (requests_total)": /never meet, \{job\} and \{code\}/,
    "histogram_quantile(0.9, sum by (job) (rate(requests_total[5m])))": /no label le/,
    "temperature * on (slo) a:b": /no label slo/,
    'rollout{phase="Degraded"}': /phase of rollout is never "Degraded", but Paused, Abort/,
    'rollout{phase=~"Abort|Failed"}': /never "Failed"/,
    'rollout{phase!="paused"}': /never "paused"/,
  })) {
    it(`refuses ${bad}`, () => {
      assert.match(problems(bad).join("\n"), reason);
    });
  }
});

describe("the table of what is scraped", () => {
  it("says of each source where its publisher documents it", () => {
    for (const [name, { documented }] of Object.entries(metricSources)) {
      assert.match(documented, /^https:\/\/\S+$|^docs\/\S+\.md$/, name);
    }
  });

  it("knows histograms by their parts, and labels as a scrape leaves them", () => {
    const series = scrapedSeries();
    assert.equal(series.has("istio_request_duration_milliseconds"), false);
    assert.ok(series.get("istio_request_duration_milliseconds_bucket")?.labels.has("le"));
    // kube-state-metrics goes before the scrape, cert-manager too; the node exporter has no namespace but its pod's.
    assert.ok(!series.get("certmanager_certificate_ready_status")?.labels.has("exported_namespace"));
    assert.ok(series.get("kubelet_volume_stats_used_bytes")?.labels.has("namespace"));
    assert.equal(series.get("kube_node_info")?.counter, false);
  });
});
