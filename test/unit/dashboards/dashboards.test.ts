/** Dashboards of all stacks: provisioned where Grafana looks, addressed for ever, laid out so that nothing hides. */
import assert from "node:assert/strict";
import { prometheus } from "../../../components/foundation/prometheus.ts";
import { dashboard } from "../../../platforms/dashboards/dashboard.ts";
import { line, stat } from "../../../platforms/dashboards/panel.ts";
import { dashboardsOf, type PanelOf, type Shown } from "../../support/dashboards.ts";
import { at } from "../../support/objects.ts";
import { stacks } from "../../support/stacks.ts";
import { everything, factsOf, specOf } from "../foundation/stack.ts";

const platforms = ["cancer", "chest-xray", "clinical-trials", "code-review", "health-data"];
/** The seeds' own names: 002 "Grafana", 004 "Grafana Dashboards". */
const named: Readonly<Record<string, readonly string[]>> = {
  "code-review": ["Service health", "Request metrics", "Database performance", "Pod resource usage"],
  "chest-xray": [
    "Production Deployment Overview",
    "Blue-Green Environment Status",
    "Application Performance Metrics",
    "Infrastructure Resource Usage",
  ],
};

/** The uids of the data sources that the cluster's Grafana is given; Prometheus' and Alertmanager's are the chart's. */
function provisioned(): Set<string> {
  const spec = specOf("production", { foundation: everything });
  const addOn = spec.addOns.find(({ name }) => name === "prometheus")!;
  const values = prometheus.values({ spec: addOn, options: spec.options, facts: factsOf(true) });
  const sources = at(values, "kube-prometheus-stack.grafana.additionalDataSources") as { uid: string }[];
  return new Set(["prometheus", "alertmanager", ...sources.map(({ uid }) => uid)]);
}

function variablesIn(text: string): string[] {
  return [...text.matchAll(/\$\{?(\w+)/g)].flatMap(([, name]) => name ?? []);
}

function overlap(one: PanelOf, other: PanelOf): boolean {
  const [a, b] = [one.gridPos, other.gridPos];
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

for (const stack of stacks) {
  describe(`dashboards of ${stack}`, () => {
    const all = dashboardsOf(stack);
    const each = (check: (shown: Shown) => void) => {
      assert.ok(all.length > 20);
      for (const shown of all) check(shown);
    };
    const panelsOf = ({ model }: Shown) => model.panels;
    const where = ({ model }: Shown, { title }: PanelOf) => `${model.uid}: ${title}`;

    it("are four or more a platform, the seeds' own by their names, and the cluster's", () => {
      for (const platform of platforms) {
        const titles = all.filter(({ folder }) => folder === platform).map(({ model }) => model.title);
        assert.ok(titles.length >= 4, `${platform}: ${titles.join(", ")}`);
        for (const title of named[platform] ?? []) assert.ok(titles.includes(title), title);
      }
      assert.deepEqual(
        all.filter(({ folder }) => folder === "cluster").map(({ spec }) => spec.name),
        [
          "cluster-capacity",
          "cluster-cost",
          "cluster-deployments",
          "cluster-monitoring",
          "cluster-objectives",
          "cluster-mesh",
          "cluster-backups",
        ],
      );
    });

    it("show the error budget of every platform, the cluster's own that of cancer, too", () => {
      const showing = all
        .filter(({ spec }) => JSON.stringify(spec.model).includes(`slo:error_budget_left:ratio{platform=~`))
        .map(({ folder }) => folder);
      assert.deepEqual(
        [...new Set(showing)].sort(),
        [...platforms, "cluster"].filter((name) => name !== "cancer").sort(),
      );
    });

    it("have addresses of their own, which Grafana takes, and are found by their platform", () => {
      const uids = all.map(({ model }) => model.uid);
      assert.equal(new Set(uids).size, uids.length);
      each(({ folder, spec, model }) => {
        assert.match(model.uid, /^[a-z0-9-]{1,40}$/);
        assert.equal(spec.name, model.uid);
        assert.deepEqual(model.tags, ["quint", folder]);
      });
    });

    it("fit a ConfigMap", () => {
      each(({ spec }) => {
        assert.ok(Buffer.byteLength(JSON.stringify(spec.model, undefined, 2)) < 2 ** 20, spec.name);
      });
    });

    it("ask only data sources that are provisioned, and always ask something", () => {
      const known = provisioned();
      each((shown) => {
        for (const panel of panelsOf(shown).filter(({ type }) => type !== "row")) {
          assert.ok(panel.targets !== undefined && panel.targets.length > 0, where(shown, panel));
          for (const { datasource, expr, query } of panel.targets) {
            assert.ok(known.has(datasource.uid), where(shown, panel));
            assert.equal(datasource.uid, panel.datasource?.uid);
            assert.ok((expr ?? query ?? "") !== "", where(shown, panel));
          }
        }
      });
    });

    it("use no variable that they do not define", () => {
      each((shown) => {
        const defined = new Set(shown.model.templating.list?.map(({ name }) => name));
        for (const panel of panelsOf(shown)) {
          const asked = (panel.targets ?? []).flatMap(({ expr = "", query = "" }) =>
            variablesIn(expr + query),
          );
          assert.deepEqual(
            asked.filter((name) => !defined.has(name)),
            [],
            where(shown, panel),
          );
        }
      });
    });

    it("number their panels, keep them inside the 24 columns and off each other", () => {
      each((shown) => {
        const panels = panelsOf(shown);
        assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length, shown.model.uid);
        for (const [index, panel] of panels.entries()) {
          const { x, w } = panel.gridPos;
          assert.ok(x >= 0 && x + w <= 24, where(shown, panel));
          for (const other of panels.slice(index + 1)) {
            assert.ok(!overlap(panel, other), `${where(shown, panel)} and ${other.title}`);
          }
        }
      });
    });
  });
}

describe("the shape of a dashboard", () => {
  const { model } = dashboard({
    uid: "shape",
    title: "Shape",
    about: "cluster",
    choices: [{ name: "service", label: "Service", values: ["a", "b"] }],
    rows: [
      {
        title: "Row",
        panels: [
          stat("One", "s", "one"),
          stat("Two", "s", "two", { red: 3 }),
          line("Three", "s", "three", "{{x}}", { leadsToTraces: true }),
        ],
      },
    ],
  }) as unknown as Shown["model"] extends infer Model ? { model: Model & Record<string, unknown> } : never;

  it("puts numbers side by side over lines, under the title of their row", () => {
    assert.deepEqual(
      model.panels.map(({ title, gridPos: { x, y, w, h } }) => [title, x, y, w, h]),
      [
        ["Row", 0, 0, 24, 1],
        ["One", 0, 1, 12, 4],
        ["Two", 12, 1, 12, 4],
        ["Three", 0, 5, 24, 8],
      ],
    );
  });

  it("says where nothing turns red, and draws where something does", () => {
    const steps = (index: number) => at(model.panels[index], "fieldConfig.defaults.thresholds.steps");
    assert.deepEqual(steps(1), [{ value: null, color: "green" }]);
    const style = (panel: unknown) => at(panel, "fieldConfig.defaults.custom.thresholdsStyle.mode");
    assert.equal(style(model.panels[3]), "off");
    const panels = stacks.flatMap((stack) => dashboardsOf(stack).flatMap((shown) => shown.model.panels));
    for (const panel of panels.filter(({ type }) => type === "timeseries")) {
      const colors = at(panel, "fieldConfig.defaults.thresholds.steps") as unknown[];
      assert.equal(style(panel), colors.length > 1 ? "dashed" : "off", panel.title);
    }
  });

  it("begins at 0 but for what may be less", () => {
    assert.equal(at(model.panels[3], "fieldConfig.defaults.min"), 0);
    const budgets = dashboardsOf("production").flatMap((shown) =>
      shown.model.panels.filter(({ title }) => /error budget left/i.test(title)),
    );
    assert.ok(budgets.length >= 10);
    for (const panel of budgets) assert.equal(at(panel, "fieldConfig.defaults.min"), undefined);
  });

  it("turns deployments red at seed 000's figures", () => {
    const red = Object.fromEntries(
      dashboardsOf("production")
        .filter(({ spec }) => spec.name === "cluster-deployments")
        .flatMap((shown) => shown.model.panels)
        .filter(({ type }) => type === "stat")
        .map((panel) => [panel.title, at(panel, "fieldConfig.defaults.thresholds.steps.1.value")]),
    );
    assert.deepEqual(
      [red["Lead time"], red["Time to recovery"], red["Deployments that fail"]],
      [2 * 3600, 15 * 60, 0.05],
    );
  });

  it("offers all values of a choice as one pattern", () => {
    assert.deepEqual(
      ["type", "query", "includeAll", "allValue", "multi"].map((key) => at(model, "templating.list.0", key)),
      ["custom", "a,b", true, "a|b", true],
    );
  });

  it("turns a figure red where it is said to", () => {
    assert.deepEqual(at(model.panels[2], "fieldConfig.defaults.thresholds.steps"), [
      { value: null, color: "green" },
      { value: 3, color: "red" },
    ]);
  });

  it("leads from a server's line to its exemplars, traces and logs at that time", () => {
    const panel = model.panels[3];
    assert.equal(at(panel, "targets.0.exemplar"), true);
    const links = at(panel, "fieldConfig.defaults.links") as { title: string; url: string }[];
    assert.deepEqual(
      links.map(({ url }) => {
        const panes = new URL(url, "http://grafana").searchParams.get("panes")!;
        const { quint } = JSON.parse(panes) as { quint: { datasource: string; range: { from: string } } };
        return [quint.datasource, quint.range.from, panes.includes("${__field.labels.destination_workload}")];
      }),
      [
        ["tempo", "${__from}", true],
        ["loki", "${__from}", true],
      ],
    );
  });
});
