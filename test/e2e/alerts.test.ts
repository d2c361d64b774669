/** Every alert and objective, evaluated by Prometheus' own engine: it fires when it should, and on nothing that looks alike. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ObjectiveSpec } from "../../platforms/model/index.ts";
import { describePlatforms } from "../../platforms/index.ts";
import { expressionsOf, knownSeries } from "../support/expressions.ts";
import { ask } from "../support/promql.ts";
import { offsiteRules, ruleGroupsOf, type Rule } from "../support/rules.ts";
import { settingsOf, stacks } from "../support/stacks.ts";
import type { AlertCase, CaseOf, Place } from "./support/alerts/case.ts";
import { backupCases, clusterCases } from "./support/alerts/cluster.ts";
import { failing, pageCases, slow } from "./support/alerts/pages.ts";
import { placesOf, type Delivered } from "./support/alerts/places.ts";
import { checkRules, firing, promtool, runTests, type RuleTest } from "./support/alerts/promtool.ts";
import { storeCases } from "./support/alerts/stores.ts";

/** It has no quiet case: it fires as long as anything is evaluated. */
const always = "Watchdog";
/** Objectives have cases of their own, with all rules of their group. */
const ofObjectives: ReadonlySet<string> = new Set(["ErrorBudgetBurnsFast", "ErrorBudgetBurnsSlowly"]);

describe("alerts, evaluated", function () {
  // A first build of promtool takes minutes.
  this.timeout(90 * 60_000);
  const folder = mkdtempSync(join(tmpdir(), "quint-alerts-"));

  before(async () => {
    await promtool();
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  for (const stack of stacks) {
    it(`promtool finds nothing wrong with the rules of ${stack}`, async () => {
      const groups = await ruleGroupsOf(stack);
      assert.ok(groups.length > 10);
      await checkRules(folder, stack, { groups });
    });
  }

  for (const stack of ["staging", "production"] as const) {
    describe(`of ${stack}`, () => {
      let alerts: Rule[];
      before(async () => {
        alerts = await alertsIn(stack);
      });

      it("have a firing and a quiet case each", () => {
        const without = alerts.filter((rule) => rule.alert !== always && casesOf(stack, rule).length === 0);
        assert.deepEqual(
          without.map(({ alert }) => alert).filter((alert) => !ofObjectives.has(alert ?? "")),
          [],
        );
      });

      it("are asked with series that there are", async () => {
        const known = knownSeries(await expressionsOf(stack), false);
        const asked = new Set(
          alerts.flatMap((rule) =>
            casesOf(stack, rule).flatMap(({ case: of }) => Object.keys({ ...of.fires, ...of.quiet })),
          ),
        );
        assert.deepEqual(
          [...asked].flatMap((series) => ask(series, known).problems),
          [],
        );
      });

      it("fire when they should, and on nothing that looks alike", async () => {
        // What staging shares with production, but for the name, is evaluated once.
        const shared =
          stack === "staging" ? new Set((await alertsIn("production")).map(({ expr }) => expr)) : undefined;
        const own = alerts.filter(
          ({ expr }) => shared?.has(expr.replaceAll("staging", "production")) !== true,
        );
        const tests = own.flatMap((rule) => casesOf(stack, rule).flatMap((each) => testsOf(rule, each)));
        assert.ok(tests.length > (stack === "production" ? 200 : 3), `${tests.length} tests`);
        assert.equal(await runTests(join(folder, `${stack}-alerts`), tests), "");
      });

      it("always have a heartbeat", async () => {
        const rules = alerts.filter(({ alert }) => alert === always);
        assert.equal(rules.length, 1);
        const test = {
          name: always,
          rules,
          input: { "up{}": "1x1" },
          interval: "1m",
          expected: [firing(always, "foundation", "1m", 1)],
        };
        assert.equal(await runTests(join(folder, `${stack}-heartbeat`), [test]), "");
      });
    });
  }

  it("of a second bucket fire when they should, and on nothing that looks alike", async () => {
    const rules = offsiteRules();
    assert.deepEqual(
      rules.map(({ alert }) => alert),
      ["OffsiteCopyOld", "OffsiteCopyNeverMade"],
    );
    const cases = rules.map((rule) => casesOf("production", rule).flatMap((each) => testsOf(rule, each)));
    assert.deepEqual(
      cases.map(({ length }) => length),
      [2, 2],
    );
    assert.equal(await runTests(join(folder, "offsite-alerts"), cases.flat()), "");
  });

  describe("objectives of production", () => {
    it("burn fast, slowly or not at all, and tell how much of the budget is left", async () => {
      const groups = await ruleGroupsOf("production");
      const tests = describePlatforms(settingsOf("production")).flatMap(({ name: platform, applications }) =>
        applications
          .flatMap(({ objectives = [] }) => objectives)
          .flatMap((objective) => {
            const rules = groups.find(
              ({ name, rules: [first] }) =>
                name.endsWith("/objectives") && first?.labels?.platform === platform,
            )?.rules;
            assert.ok(rules, platform);
            return objectiveTests(platform, objective, rules);
          }),
      );
      assert.ok(tests.length >= 5 * 3);
      assert.equal(await runTests(join(folder, "objectives"), tests), "");
    });
  });
});

async function alertsIn(stack: Delivered): Promise<Rule[]> {
  return (await ruleGroupsOf(stack)).flatMap(({ rules }) => rules).filter(({ alert }) => alert !== undefined);
}

/** Cases of an instance of an alert: one a namespace that it is about. */
function casesOf(
  stack: Delivered,
  { alert = "", labels = {} }: Rule,
): { readonly place: Place; readonly case: AlertCase }[] {
  const { owner = "", store, backup } = labels;
  const table: Readonly<Record<string, CaseOf>> =
    store !== undefined ? storeCases : { ...clusterCases(stack), ...pageCases };
  const of = backup === undefined ? table[alert] : backupCases[alert]?.[backup];
  if (of === undefined) return [];
  const cases = placesOf(stack, owner, store).map((place) => ({ place, case: of(place) }));
  const different = new Map(cases.map((each) => [JSON.stringify(each.case), each]));
  return [...different.values()];
}

function testsOf(
  rule: Rule,
  { place, case: of }: { readonly place: Place; readonly case: AlertCase },
): RuleTest[] {
  const { alert = "", labels = {} } = rule;
  // Two copies of a store have a rule each, and each is about its own namespace alone.
  const elsewhere = labels.store !== undefined && !rule.expr.includes(`namespace="${place.namespace}"`);
  if (elsewhere) return [];
  const at = of.at ?? "40m";
  const test = (how: "fires" | "quiet"): RuleTest => ({
    name: `${alert} of ${place.owner} in ${place.namespace} ${how}`,
    rules: [rule],
    input: of[how],
    interval: of.interval ?? "1m",
    expected: [firing(alert, place.owner, at, how === "fires" ? 1 : 0)],
  });
  return [test("fires"), test("quiet")];
}

/** Every request is bad for an hour; twice as many as allowed are, for seven hours; half of what is allowed. */
function objectiveTests(platform: string, objective: ObjectiveSpec, rules: readonly Rule[]): RuleTest[] {
  const { name, measured, indicator, target } = objective;
  const [namespace = ""] = measured.namespaces;
  const workload = measured.workload === ".+" ? "analysis-service" : measured.workload;
  const bad = (percent: number) =>
    indicator.kind === "errors"
      ? failing(namespace, workload, percent)
      : slow(namespace, workload, percent, { 0.1: 100, 2: 2500, 3: 5000 }[indicator.seconds] ?? 0);
  const allowed = 100 * (1 - target);
  const test = (how: string, percent: number, fast: number, slowly: number, at: string): RuleTest => ({
    name: `${platform} ${name} ${how}`,
    rules,
    input: bad(Number(percent.toFixed(3))),
    interval: "1m",
    evaluation: "10m",
    expected: [
      firing("ErrorBudgetBurnsFast", platform, at, fast),
      firing("ErrorBudgetBurnsSlowly", platform, at, slowly),
      ...(["slo:burn_rate:ratio_1h", "slo:error_budget_left:ratio"] as const).map((series) => ({
        expr: `round(sum(${series}{platform="${platform}",slo="${name}"}), 0.01)`,
        at,
        samples: [
          {
            labels: "{}",
            value: Number(
              (series === "slo:burn_rate:ratio_1h" ? percent / allowed : 1 - percent / allowed).toFixed(2),
            ),
          },
        ],
      })),
    ],
  });
  return [
    test("burns fast", 100, 1, 1, "60m"),
    test("burns slowly", 2 * allowed, 0, 1, "390m"),
    test("does not burn", allowed / 2, 0, 0, "390m"),
  ];
}
