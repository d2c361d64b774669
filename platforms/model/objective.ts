/**
 * Service level objectives as plain data. `platforms/monitoring/` makes recording rules of them, alerts on the rate at which
 * the error budget burns (Google, "The Site Reliability Workbook", chapter 5), and the series that dashboards show.
 */

/** Servers of one name in some namespaces, as the mesh measures them. */
export interface Measured {
  /** Name of the workload, or a regular expression that matches the whole of it. */
  readonly workload: string;
  readonly namespaces: readonly string[];
}

/** What makes a request a bad one: a failure (5xx), or an answer that took longer than so many seconds. */
export type Indicator = { readonly kind: "errors" } | { readonly kind: "latency"; readonly seconds: number };

export interface ObjectiveSpec {
  /** In lower case with dashes, e.g. `gateway-availability`; the platform's own. Alerts and panels show it. */
  readonly name: string;
  /** The promise in words, with its source. */
  readonly description: string;
  readonly measured: Measured;
  readonly indicator: Indicator;
  /** Share of requests that must be good, between 0 and 1. A p95 is 0.95 of the requests. */
  readonly target: number;
}

/** Days over which a budget is counted: four weeks and a bit, so that every weekday weighs alike in any of them. */
export const budgetDays = 30;

/**
 * Windows that must both burn, and how many times faster than the budget allows: at 14.4, 2 % of it are gone in an hour;
 * at 6, 5 % in six hours; at 3, 10 % in a day; at 1, 10 % in three days.
 */
export const burns = [
  { severity: "critical", rate: 14.4, long: "1h", short: "5m" },
  { severity: "critical", rate: 6, long: "6h", short: "30m" },
  { severity: "warning", rate: 3, long: "1d", short: "2h" },
  { severity: "warning", rate: 1, long: "3d", short: "6h" },
] as const;

/** Series that are recorded for every objective; each has the labels `platform`, `slo` and those of the workload. */
export const objectiveSeries = {
  /** Bad requests a second. */
  bad: "slo:requests_bad:rate5m",
  /** Requests a second. */
  all: "slo:requests:rate5m",
  /** Share of bad requests over a window. */
  badShare: (window: string) => `slo:requests_bad:ratio_${window}`,
  /** Times faster than the budget allows, over the last hour. */
  burnRate: "slo:burn_rate:ratio_1h",
  /** Share of the budget that is left; below 0 it is overdrawn. */
  budgetLeft: "slo:error_budget_left:ratio",
  /** The target. */
  target: "slo:target:ratio",
} as const;
