/** The cluster's nodes: what they have, what is asked of them, and what waits. */
import type { DashboardSpec } from "../../model/index.ts";
import { dashboard } from "../dashboard.ts";
import { line, stat } from "../panel.ts";

const asked = (resource: string, by = "") =>
  `sum${by} (kube_pod_container_resource_requests{resource="${resource}",node!=""})`;
const there = (resource: string, by = "") =>
  `sum${by} (kube_node_status_allocatable{resource="${resource}"})`;
const byNode = " by (node)";

export function capacity(): DashboardSpec {
  const share = (title: string, resource: string) =>
    line(title, "percentunit", `${asked(resource, byNode)} / ${there(resource, byNode)}`, "{{node}}", {
      red: 0.95,
    });
  return dashboard({
    uid: "cluster-capacity",
    title: "Cluster capacity",
    about: "cluster",
    since: "6h",
    rows: [
      {
        title: "Now",
        panels: [
          stat(
            "Nodes that are ready",
            "none",
            `sum(kube_node_status_condition{condition="Ready",status="true"})`,
          ),
          stat("CPU asked for", "percentunit", `${asked("cpu")} / ${there("cpu")}`, { red: 0.9 }),
          stat("Memory asked for", "percentunit", `${asked("memory")} / ${there("memory")}`, { red: 0.9 }),
          stat("Pods of the most", "percentunit", `sum(kube_pod_info{node!=""}) / ${there("pods")}`, {
            red: 0.9,
          }),
          stat("Pods without a node", "none", "sum(kube_pod_status_unschedulable) or vector(0)", { red: 1 }),
          stat(
            "Nodes not ready",
            "none",
            `sum(kube_node_status_condition{condition="Ready",status=~"false|unknown"}) or vector(0)`,
            { red: 1 },
          ),
        ],
      },
      { title: "What is asked of the nodes", panels: [share("CPU", "cpu"), share("Memory", "memory")] },
      {
        title: "What they do",
        panels: [
          line(
            "CPU in use",
            "percentunit",
            `1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m]))`,
            "{{instance}}",
            { red: 0.9 },
          ),
          line(
            "Memory in use",
            "percentunit",
            "1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes",
            "{{instance}}",
            { red: 0.9 },
          ),
          line(
            "Root file system, filled",
            "percentunit",
            `1 - node_filesystem_avail_bytes{mountpoint="/"} / node_filesystem_size_bytes{mountpoint="/"}`,
            "{{instance}}",
            { red: 0.8 },
          ),
          line(
            "Disk, busy",
            "percentunit",
            "rate(node_disk_io_time_seconds_total[5m])",
            "{{instance}} {{device}}",
          ),
        ],
      },
      {
        title: "What runs out first",
        panels: [
          line(
            "Autoscalers at their maximum",
            "none",
            "kube_horizontalpodautoscaler_status_current_replicas >= kube_horizontalpodautoscaler_spec_max_replicas",
            "{{namespace}} {{horizontalpodautoscaler}}",
          ),
          line(
            "Volumes, filled",
            "percentunit",
            "topk(10, kubelet_volume_stats_used_bytes / kubelet_volume_stats_capacity_bytes)",
            "{{namespace}} {{persistentvolumeclaim}}",
            { red: 0.8 },
          ),
        ],
      },
    ],
  });
}
