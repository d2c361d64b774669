/** Deployment metrics (seed 004, "Deployment Metrics") from the history, as a text file that Prometheus reads. */
import type { Delivery } from "./history.ts";

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Metric {
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** In Prometheus' text format: for the node exporter's textfile collector, or a Pushgateway. */
export function metricsText(stack: string, deliveries: readonly Delivery[]): string {
  return metricsOf(stack, deliveries)
    .flatMap(({ name, type, help, samples }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${type}`,
      ...samples.map(({ labels, value }) => `${name}{${labelText(labels)}} ${value}`),
    ])
    .map((line) => `${line}\n`)
    .join("");
}

/** Every metric with its samples, one for each platform that was delivered. */
export function metricsOf(stack: string, deliveries: readonly Delivery[]): Metric[] {
  const finished = deliveries.filter(({ result }) => result !== "unfinished");
  const platforms = [...new Set(finished.map(({ platform }) => platform))].sort();
  const each = (value: (of: readonly Delivery[]) => number | undefined): Sample[] =>
    platforms.flatMap((platform) => {
      const found = value(finished.filter((delivery) => delivery.platform === platform));
      return found === undefined ? [] : [{ labels: { stack, platform }, value: found }];
    });
  const counts = new Map<string, Sample>();
  for (const { platform, kind, result } of finished) {
    const labels = { stack, platform, kind, result };
    const key = labelText(labels);
    counts.set(key, { labels, value: (counts.get(key)?.value ?? 0) + 1 });
  }
  return [
    {
      name: "quint_deliveries_total",
      type: "counter",
      help: "Deliveries that have ended, by kind and result.",
      samples: [...counts.values()],
    },
    {
      name: "quint_deployment_success_ratio",
      type: "gauge",
      help: "Share of deploys and traffic switches that succeeded.",
      samples: each((all) => {
        const of = all.filter(isDeployment);
        return of.length === 0 ? undefined : of.filter(succeeded).length / of.length;
      }),
    },
    {
      name: "quint_deployment_duration_seconds",
      type: "gauge",
      help: "Mean duration of deploys and traffic switches that succeeded.",
      samples: each((all) =>
        mean(
          all
            .filter(isDeployment)
            .filter(succeeded)
            .map(({ seconds }) => seconds),
        ),
      ),
    },
    {
      name: "quint_rollbacks_total",
      type: "counter",
      help: "Rollbacks, by hand and by themselves.",
      samples: each((all) => all.filter(isRollback).length),
    },
    {
      name: "quint_time_to_recovery_seconds",
      type: "gauge",
      help: "Mean time to the end of a rollback: from the begin of the delivery that was taken back by itself, or from when a rollback was asked for.",
      samples: each((all) => mean(recoveries(all))),
    },
    {
      name: "quint_last_delivery_timestamp_seconds",
      type: "gauge",
      help: "When the latest delivery began.",
      samples: each((all) => {
        const last = all.at(-1);
        return last === undefined ? undefined : Math.floor(new Date(last.started).getTime() / 1000);
      }),
    },
  ];
}

const isDeployment = ({ kind }: Delivery): boolean => kind === "deploy" || kind === "switch-traffic";
const succeeded = ({ result }: Delivery): boolean => result === "succeeded";
/** One by hand is a delivery of its own; one by itself is how the delivery ended. */
const isRollback = ({ kind, result }: Delivery): boolean =>
  kind === "rollback" || result === "rolled-back" || result === "undone";

/** One by itself counts from the begin of the delivery that it took back, one by hand from when somebody asked for it. */
function recoveries(deliveries: readonly Delivery[]): number[] {
  return deliveries
    .filter(
      (delivery) =>
        delivery.result === "rolled-back" || (delivery.kind === "rollback" && succeeded(delivery)),
    )
    .map(({ seconds }) => seconds);
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(
      ([name, value]) =>
        `${name}="${value.replaceAll(/["\\\n]/g, (mark) => (mark === "\n" ? "\\n" : `\\${mark}`))}"`,
    )
    .join(",");
}
