/** Questions to Prometheus about the platform's workloads, shared by dashboards and alerts. */

/** Requests that the mesh saw arrive at a workload; `more` narrows them by further labels. */
export function requests(namespace: string, workload: string, more = ""): string {
  return `istio_requests_total{${arriving(namespace, workload)}${more}}`;
}

/** Share of requests that a workload failed over five minutes. */
export function errorRatio(namespace: string, workload: string): string {
  const failed = requests(namespace, workload, ',response_code=~"5.."');
  return `sum(rate(${failed}[5m])) / sum(rate(${requests(namespace, workload)}[5m]))`;
}

/** How long a workload takes to answer, in seconds, at a quantile. */
export function duration(namespace: string, workload: string, quantile: number): string {
  const buckets = `istio_request_duration_milliseconds_bucket{${arriving(namespace, workload)}}`;
  return `histogram_quantile(${quantile}, sum by (le) (rate(${buckets}[5m]))) / 1000`;
}

/** Pods of a workload that are ready. */
export function readyPods(namespace: string, pods: string): string {
  return `sum(kube_pod_status_ready{namespace="${namespace}",pod=~"${pods}-.*",condition="true"})`;
}

function arriving(namespace: string, workload: string): string {
  return `reporter="destination",destination_workload_namespace="${namespace}",destination_workload="${workload}"`;
}
