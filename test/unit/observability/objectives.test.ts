/** Objectives of the five platforms, with their seeds' figures; those that could not work are refused. */
import assert from "node:assert/strict";
import { describePlatforms } from "../../../platforms/index.ts";
import type { ObjectiveSpec } from "../../../platforms/model/index.ts";
import { oldestResult, withRules } from "../../../platforms/monitoring/index.ts";
import { settingsOf } from "../../support/stacks.ts";
import { lab } from "../../support/test-platform.ts";

/** Platform -> objective -> where, share of good requests, seconds that an answer may take. */
const seeds: Readonly<Record<string, Readonly<Record<string, readonly [string, number, number?]>>>> = {
  // Seed 001, "High Availability"; the figure is seed 000's.
  cancer: { "api-availability": ["cancer-mlops/api", 0.999] },
  // Seed 000, "Reliability Metrics" and "Analysis Templates".
  "clinical-trials": {
    "clinical-gateway-availability": ["clinical-mlops-production/clinical-gateway", 0.999],
    "model-serving-availability": ["clinical-mlops-production/model-serving", 0.999],
    "clinical-gateway-latency": ["clinical-mlops-production/clinical-gateway", 0.95, 0.1],
    "model-serving-latency": ["clinical-mlops-production/model-serving", 0.95, 0.1],
  },
  // Seed 002, "Namespaces (6)": SLO.
  "code-review": {
    "stable-latency": ["platform-v2-stable/.+", 0.95, 3],
    "stable-errors": ["platform-v2-stable/.+", 0.98],
  },
  // Seed 003, "SLO-based alerting"; the figure is seed 000's.
  "health-data": { "health-api-availability": ["health-platform-production/health-api", 0.999] },
  // Seed 004, "Automatic Rollback Triggers".
  "chest-xray": {
    "diagnosis-errors": ["production-blue,production-green/chest-xray-mlops", 0.99],
    "diagnosis-latency": ["production-blue,production-green/chest-xray-mlops", 0.95, 2],
  },
};

describe("objectives", () => {
  it("are the seeds', on all five platforms", () => {
    const declared = describePlatforms(settingsOf("production")).map(({ name, applications }) => [
      name,
      Object.fromEntries(
        applications
          .flatMap(({ objectives = [] }) => objectives)
          .map(({ name: objective, measured, target, indicator }) => [
            objective,
            [
              `${measured.namespaces.join()}/${measured.workload}`,
              target,
              ...(indicator.kind === "latency" ? [indicator.seconds] : []),
            ],
          ]),
      ),
    ]);
    assert.deepEqual(Object.fromEntries(declared), seeds);
  });

  const objective: ObjectiveSpec = {
    name: "answers",
    description: "Answers",
    measured: { workload: "front", namespaces: ["lab"] },
    indicator: { kind: "errors" },
    target: 0.99,
  };
  const ruled = (...objectives: readonly ObjectiveSpec[]) =>
    withRules(
      lab((platform) => {
        platform.applications[1]!.objectives = [...objectives] as never;
      }),
    );

  it("make one group of rules, beside the first of them", () => {
    const groups = ruled(objective, { ...objective, name: "others" }).applications[1]?.ruleGroups ?? [];
    const group = groups.find(({ name }) => name === "objectives");
    assert.deepEqual(
      group?.alerts.map(({ name }) => name),
      ["ErrorBudgetBurnsFast", "ErrorBudgetBurnsSlowly"],
    );
    assert.deepEqual(
      new Set(group.recordings.map(({ labels }) => labels?.slo)),
      new Set(["answers", "others"]),
    );
  });

  /** "The Site Reliability Workbook", chapter 5, table "Recommended parameters for an SLO-based alerting configuration". */
  it("burn at the rates and over the windows of the book, both of which must", () => {
    const alerts = ruled(objective).applications[1]?.ruleGroups?.find(
      ({ name }) => name === "objectives",
    )?.alerts;
    for (const [name, severity, pairs] of [
      [
        "ErrorBudgetBurnsFast",
        "critical",
        [
          [14.4, "1h", "5m"],
          [6, "6h", "30m"],
        ],
      ],
      [
        "ErrorBudgetBurnsSlowly",
        "warning",
        [
          [3, "1d", "2h"],
          [1, "3d", "6h"],
        ],
      ],
    ] as const) {
      const alert = alerts?.find((each) => each.name === name);
      assert.equal(alert?.severity, severity);
      const above = (rate: number, window: string) =>
        `slo:requests_bad:ratio_${window}{platform="lab"} > on (platform, slo) group_left () (${rate} * (1 - slo:target:ratio{platform="lab"}))`;
      assert.equal(
        alert.expression,
        pairs.map(([rate, long, short]) => `(${above(rate, long)} and ${above(rate, short)})`).join(" or "),
      );
    }
  });

  for (const [what, change, message] of [
    ["a percentage", { target: 99 }, /objective "answers" of lab: `target` is 99; write the share/],
    [
      "one that allows nothing",
      { target: 1 },
      /`target` is 1; write the share of good requests, between 0 and 1/,
    ],
    ["one whose budget cannot burn", { target: 0.9 }, /nobody would be woken; write at least 0\.931/],
  ] as const) {
    it(`are refused: ${what}`, () => {
      assert.throws(() => ruled({ ...objective, ...change }), message);
    });
  }

  it("are refused where two have one name", () => {
    assert.throws(() => ruled(objective, objective), /there is another of this name/);
  });
});

describe("the age of a result", () => {
  for (const [schedule, hours] of [
    ["0 */6 * * *", 8],
    ["0 * * * *", 4 / 3],
    ["0 2 * * *", 32],
    // Over the weekend.
    ["0 2 * * 1-5", 96],
  ] as const) {
    it(`of "${schedule}" may be ${hours.toFixed(1)} h`, () => {
      assert.equal(oldestResult(schedule), Math.round(hours * 3600));
    });
  }
});

describe("rules of a platform", () => {
  it("are none where the stack has no Prometheus", () => {
    const settings = settingsOf("dev");
    const without = describePlatforms({
      ...settings,
      foundation: { ...settings.foundation, disable: ["prometheus"] },
    });
    assert.deepEqual(
      without.flatMap(({ applications }) => applications.flatMap(({ ruleGroups = [] }) => ruleGroups)),
      [],
    );
  });
});
