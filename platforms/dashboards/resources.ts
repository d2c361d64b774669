/** Pods and namespaces: CPU, memory, quota, restarts. */
import { line, type Row } from "./panel.ts";
import { volumes } from "./stores.ts";

/** What pods take, and what is left of what they may. */
export function resources(namespaces: readonly string[]): Row[] {
  const here = `namespace=~"${namespaces.join("|")}"`;
  const pod = "{{namespace}} {{pod}}";
  return [
    {
      title: "Pods",
      panels: [
        line(
          "CPU, in cores",
          "none",
          `sum by (namespace, pod) (rate(container_cpu_usage_seconds_total{${here},container!=""}[5m]))`,
          pod,
        ),
        line(
          "Memory",
          "bytes",
          `sum by (namespace, pod) (container_memory_working_set_bytes{${here},container!=""})`,
          pod,
        ),
        line(
          "CPU that is asked for and not used",
          "none",
          `sum by (namespace) (kube_pod_container_resource_requests{${here},resource="cpu"}) - sum by (namespace) (rate(container_cpu_usage_seconds_total{${here},container!=""}[5m]))`,
          "{{namespace}}",
          { description: "Below 0 more is used than asked for.", negative: true },
        ),
        line(
          "Killed for want of memory",
          "none",
          `sum by (namespace, container) (kube_pod_container_status_last_terminated_reason{${here},reason="OOMKilled"})`,
          "{{namespace}} {{container}}",
          { red: 1 },
        ),
      ],
    },
    quota(namespaces),
    volumes(here),
  ];
}

export function quota(namespaces: readonly string[]): Row {
  const here = `namespace=~"${namespaces.join("|")}"`;
  return {
    title: "Quota",
    panels: [
      line("In use", "percentunit", quotaShare(here), "{{namespace}} {{resource}}", { red: 0.9 }),
      line(
        "Pods that wait or failed",
        "none",
        `sum by (namespace, phase) (kube_pod_status_phase{${here},phase=~"Pending|Failed"})`,
        "{{namespace}} {{phase}}",
      ),
    ],
  };
}

/** How much of each quota is used, from 0 to 1. */
export function quotaShare(here: string): string {
  return `kube_resourcequota{${here},type="used"} / ignoring(type) (kube_resourcequota{${here},type="hard"} > 0)`;
}
