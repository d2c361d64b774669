/** The four triggers of an automatic rollback (seed 004, "Automatic Rollback Triggers"). */
import { durationQuantile, errorShare } from "../../platforms/service-level.ts";

export type TriggerName = "health" | "error-rate" | "response-time" | "critical-alert";

/** Why a delivery is taken back. */
export interface Trigger {
  readonly name: TriggerName;
  /** What was seen, e.g. `3.2 % of the requests to production-green/chest-xray-mlops fail`. */
  readonly reason: string;
}

/** A value of a query, with its labels. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Answers PromQL. */
export type Query = (promql: string) => Promise<readonly Sample[]>;

/** "Error rate exceeds 1% for 5 minutes", "Response time exceeds 2 seconds for 5 minutes". */
export const limits = { errorShare: 0.01, seconds: 2, window: "5m", quantile: 0.95 } as const;

interface MetricTrigger {
  readonly name: TriggerName;
  readonly query: (namespaces: readonly string[]) => string;
  readonly crossed: (sample: Sample) => boolean;
  readonly words: (sample: Sample) => string;
}

const everyWorkload = (namespaces: readonly string[]) => ({ workload: ".+", namespaces });

/** Those that Prometheus knows of; health is asked of Kubernetes. */
export const metricTriggers: readonly MetricTrigger[] = [
  {
    name: "error-rate",
    query: (namespaces) => errorShare(everyWorkload(namespaces), limits.window),
    crossed: ({ value }) => value > limits.errorShare,
    words: (sample) => `${(sample.value * 100).toFixed(1)} % of the requests to ${server(sample)} fail`,
  },
  {
    name: "response-time",
    query: (namespaces) => durationQuantile(everyWorkload(namespaces), limits.quantile, limits.window),
    crossed: ({ value }) => value > limits.seconds,
    words: (sample) =>
      `one request in twenty to ${server(sample)} takes more than ${sample.value.toFixed(1)} s`,
  },
  {
    name: "critical-alert",
    query: criticalAlerts,
    crossed: ({ value }) => value > 0,
    words: ({ labels }) =>
      `the critical alert ${labels.alertname ?? "?"} fires in ${labels.namespace ?? "?"}`,
  },
];

/** Alerts that say nothing of a namespace are about no platform in particular. */
export function criticalAlerts(namespaces: readonly string[]): string {
  return `count by (alertname, namespace) (ALERTS{alertstate="firing",severity="critical",namespace=~"${namespaces.join("|")}"})`;
}

function server({ labels }: Sample): string {
  return `${labels.destination_workload_namespace ?? "?"}/${labels.destination_workload ?? "?"}`;
}

/** By which a sample is known to be the same as an earlier one. */
export function identity({ labels }: Sample): string {
  return JSON.stringify(Object.entries(labels).sort());
}

/**
 * The first trigger that metrics pull.
 * @param before identities of alerts that fired already: they are no verdict on the delivery.
 */
export async function pulledTrigger(
  query: Query,
  namespaces: readonly string[],
  before: ReadonlySet<string>,
): Promise<Trigger | undefined> {
  for (const { name, query: promql, crossed, words } of metricTriggers) {
    const samples = await query(promql(namespaces));
    // Without requests there is no ratio (NaN), and no judgement.
    const found = samples.find(
      (sample) => crossed(sample) && !(name === "critical-alert" && before.has(identity(sample))),
    );
    if (found !== undefined) return { name, reason: words(found) };
  }
  return undefined;
}
