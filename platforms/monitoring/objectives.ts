/** Objectives as rules: how many requests are bad, over which windows, and when the error budget burns too fast. */
import {
  budgetDays,
  burns,
  objectiveSeries as series,
  type AlertSpec,
  type ObjectiveSpec,
  type RecordingSpec,
  type RuleGroupSpec,
} from "../model/index.ts";
import { badRequestRate, requestRate } from "../service-level.ts";

/** Every window that an alert looks at, and the budget's own. */
const windows = [...new Set(burns.flatMap(({ long, short }) => [short, long])), `${budgetDays}d`].filter(
  (window) => window !== "5m",
);

/**
 * The group of a platform's objectives.
 *
 * @throws where two have the same name, or one could never be missed fast enough for anybody to be woken.
 */
export function objectiveGroup(platform: string, objectives: readonly ObjectiveSpec[]): RuleGroupSpec {
  refuse(platform, objectives);
  return {
    name: "objectives",
    recordings: objectives.flatMap((objective) => recordingsOf(platform, objective)),
    alerts: alertsOf(platform),
  };
}

/** Long windows average what the short one recorded: a month of a few series, and not of every bucket of every server. */
function recordingsOf(
  platform: string,
  { name, measured, indicator, target }: ObjectiveSpec,
): RecordingSpec[] {
  const labels = { platform, slo: name };
  const mine = `{platform="${platform}",slo="${name}"}`;
  const budget = Number((1 - target).toPrecision(6));
  const over = (window: string) =>
    `sum_over_time(${series.bad}${mine}[${window}]) / (sum_over_time(${series.all}${mine}[${window}]) > 0)`;
  const rules: RecordingSpec[] = [
    { record: series.bad, expression: badRequestRate(measured, indicator, "5m") },
    { record: series.all, expression: requestRate(measured, "5m") },
    { record: series.badShare("5m"), expression: `${series.bad}${mine} / (${series.all}${mine} > 0)` },
    ...windows.map((window) => ({ record: series.badShare(window), expression: over(window) })),
    { record: series.burnRate, expression: `${series.badShare("1h")}${mine} / ${budget}` },
    {
      record: series.budgetLeft,
      expression: `1 - ${series.badShare(`${budgetDays}d`)}${mine} / ${budget}`,
    },
    { record: series.target, expression: `vector(${target})` },
  ];
  return rules.map((rule) => ({ ...rule, labels }));
}

/** Two for all objectives of a platform: each is measured against its own target. */
function alertsOf(platform: string): AlertSpec[] {
  const mine = `{platform="${platform}"}`;
  const above = (window: string, rate: number) =>
    `${series.badShare(window)}${mine} > on (platform, slo) group_left () (${rate} * (1 - ${series.target}${mine}))`;
  const burning = (severity: (typeof burns)[number]["severity"]) =>
    burns
      .filter((burn) => burn.severity === severity)
      .map(({ rate, long, short }) => `(${above(long, rate)} and ${above(short, rate)})`)
      .join(" or ");
  const who = "{{ $labels.destination_workload }} ({{ $labels.destination_workload_namespace }})";
  return [
    {
      name: "ErrorBudgetBurnsFast",
      expression: burning("critical"),
      for: "0m",
      severity: "critical",
      summary: `${who} misses its objective {{ $labels.slo }} so far that the month's error budget is gone in days`,
      runbook: "error-budget.md",
    },
    {
      name: "ErrorBudgetBurnsSlowly",
      expression: burning("warning"),
      for: "0m",
      severity: "warning",
      summary: `${who} misses its objective {{ $labels.slo }}: at this rate the month's error budget does not last`,
      runbook: "error-budget.md",
    },
  ];
}

function refuse(platform: string, objectives: readonly ObjectiveSpec[]): void {
  const names = new Set<string>();
  const fastest = Math.max(...burns.map(({ rate }) => rate));
  for (const { name, target } of objectives) {
    const problem = names.has(name)
      ? "there is another of this name"
      : !(target > 0 && target < 1)
        ? `\`target\` is ${target}; write the share of good requests, between 0 and 1`
        : fastest * (1 - target) >= 1
          ? `\`target\` is ${target}: even if every request were bad, its budget would not burn ${fastest} times too fast, and nobody would be woken; write at least ${(1 - 1 / fastest).toFixed(3)}`
          : undefined;
    if (problem !== undefined) throw new Error(`objective "${name}" of ${platform}: ${problem}`);
    names.add(name);
  }
}
