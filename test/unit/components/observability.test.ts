/** What the cluster's monitoring is told of an application, and labels that are the application's own. */
import assert from "node:assert/strict";
import type { AlertSpec } from "../../../platforms/model/index.ts";
import { at } from "../../support/objects.ts";
import type { Recorded } from "../../support/program.ts";
import { lab, recordPlatform } from "../../support/test-platform.ts";

const model = { uid: "front", title: "Front", panels: [{ id: 1 }] };
const alert: AlertSpec = {
  name: "FrontDown",
  expression: "up == 0",
  for: "2m",
  severity: "critical",
  summary: "Nothing answers.",
  runbook: "front.md",
};

describe("dashboards and alerts of an application", () => {
  let recorded: Recorded;

  before(async () => {
    recorded = await recordPlatform(
      lab((platform) => {
        platform.applications[1]!.dashboards = [{ name: "front", model }];
        platform.applications[1]!.alerts = [alert];
        platform.applications[1]!.labels = { environment: "lab" };
      }),
    );
  });

  it("give Grafana a ConfigMap that it looks for, with the model in it", () => {
    const config = recorded.object("ConfigMap", "front", "lab");
    assert.equal(at(config, "metadata.labels.grafana_dashboard"), "1");
    assert.deepEqual(JSON.parse(String(at(config, "data", "front.json"))), model);
  });

  it("give Prometheus one rule with every alert, how bad it is and what to do", () => {
    assert.deepEqual(at(recorded.object("PrometheusRule", "front", "lab"), "spec.groups"), [
      {
        name: "front",
        rules: [
          {
            alert: "FrontDown",
            expr: "up == 0",
            for: "2m",
            labels: { severity: "critical", owner: "lab" },
            annotations: { summary: "Nothing answers.", runbook: "docs/runbooks/front.md" },
          },
        ],
      },
    ]);
  });

  it("are nothing where an application has none", async () => {
    const without = await recordPlatform(lab());
    assert.deepEqual(without.names("PrometheusRule"), []);
    assert.equal(without.of("quint:observability:ApplicationMonitoring").length, 0);
  });

  it("carry the application's own labels, as all its objects do and those of others do not", () => {
    for (const [kind, name, namespace, environment] of [
      ["ConfigMap", "front", "lab", "lab"],
      ["PrometheusRule", "front", "lab", "lab"],
      ["Deployment", "web", "lab", "lab"],
      ["NetworkPolicy", "web", "lab", "lab"],
      ["Deployment", "store", "lab-data", undefined],
    ] as const) {
      const object = recorded.object(kind, name, namespace);
      assert.equal(at(object, "metadata.labels.environment"), environment, `${kind} ${name}`);
    }
    const template = at(recorded.object("Deployment", "web"), "spec.template.metadata.labels.environment");
    assert.equal(template, "lab");
    const selector = at(recorded.object("Deployment", "web"), "spec.selector.matchLabels.environment");
    assert.equal(selector, undefined);
  });
});
