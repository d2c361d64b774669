/** What each namespace costs a month, from what it asks for: a node that is there for a request is paid, used or not. */
import type { DashboardSpec } from "../../model/index.ts";
import { dashboard } from "../dashboard.ts";
import { line, stat, type MetricPanel } from "../panel.ts";

/** Prices of a stack, in its own currency. */
export interface Prices {
  /** ISO 4217, e.g. `USD`. */
  readonly currency: string;
  /** A core for an hour. */
  readonly cpuCoreHour: number;
  /** A GiB of memory for an hour. */
  readonly memoryGibHour: number;
  /** A GiB of a volume for a month. */
  readonly storageGibMonth: number;
}

/** Of an average month: 8,760 / 12. */
const hoursAMonth = 730;
const gib = 2 ** 30;
/** Pods that hold what they asked for: those that ended do not. */
const living = `on (namespace, pod) group_left () max by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Running"} == 1)`;

export function cost(prices: Prices): DashboardSpec {
  const { currency } = prices;
  const requested = (resource: string, price: number) =>
    `sum by (namespace) (kube_pod_container_resource_requests{resource="${resource}"} * ${living}) * ${price}`;
  const cpu = requested("cpu", prices.cpuCoreHour * hoursAMonth);
  const memory = requested("memory", (prices.memoryGibHour * hoursAMonth) / gib);
  const storage = `sum by (namespace) (kube_persistentvolumeclaim_resource_requests_storage_bytes) * ${prices.storageGibMonth / gib}`;
  // A namespace without volumes must not fall out of the sum.
  const all = `(${cpu}) + (${memory}) + ((${storage}) or (${cpu}) * 0)`;
  const unit = `currency:${currency}`;
  const part = (title: string, expr: string, more: Partial<MetricPanel> = {}) =>
    line(title, unit, expr, "{{namespace}}", { stacked: true, ...more });
  return dashboard({
    uid: "cluster-cost",
    title: "Cost by namespace",
    description: `From requests, at ${prices.cpuCoreHour} ${currency} a core and hour, ${prices.memoryGibHour} a GiB of memory and hour, ${prices.storageGibMonth} a GiB of volumes and month (quint:foundation.prices).`,
    about: "cluster",
    since: "7d",
    rows: [
      {
        title: "A month",
        panels: [
          stat("All namespaces", unit, `sum(${all})`),
          stat(
            "CPU asked for and not used",
            unit,
            `(sum(kube_pod_container_resource_requests{resource="cpu"}) - sum(rate(container_cpu_usage_seconds_total{container!=""}[1h]))) * ${prices.cpuCoreHour * hoursAMonth}`,
            { negative: true },
          ),
          stat(
            "Memory asked for and not used",
            unit,
            `(sum(kube_pod_container_resource_requests{resource="memory"}) - sum(container_memory_working_set_bytes{container!=""})) * ${(prices.memoryGibHour * hoursAMonth) / gib}`,
            { negative: true },
          ),
        ],
      },
      {
        title: "By namespace, a month",
        panels: [
          { title: "Now", unit, kind: "table", queries: [{ expr: `sort_desc(${all})`, legend: "" }] },
          part("Altogether", all),
          part("CPU", cpu),
          part("Memory", memory),
          part("Volumes", storage),
        ],
      },
    ],
  });
}
