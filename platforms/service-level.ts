/** What the mesh measures of a server, as PromQL: its rate, errors and duration, seen from its own side. */

/** Servers of one name in some namespaces. */
export interface Measured {
  readonly workload: string;
  readonly namespaces: readonly string[];
}

const labels = ({ workload, namespaces }: Measured) =>
  `reporter="destination",destination_workload=~"${workload}",destination_workload_namespace=~"${namespaces.join("|")}"`;

const by = "destination_workload_namespace, destination_workload";

/** Requests per second. */
export function requestRate(measured: Measured, window: string): string {
  return `sum by (${by}) (rate(istio_requests_total{${labels(measured)}}[${window}]))`;
}

/** Share of requests that failed (5xx), from 0 to 1; nothing where there are no requests. */
export function errorShare(measured: Measured, window: string): string {
  const failed = `sum by (${by}) (rate(istio_requests_total{${labels(measured)},response_code=~"5.."}[${window}]))`;
  return `${failed} / ${requestRate(measured, window)}`;
}

/** Duration that so large a share of the requests stays below, in seconds. */
export function durationQuantile(measured: Measured, quantile: number, window: string): string {
  const buckets = `rate(istio_request_duration_milliseconds_bucket{${labels(measured)}}[${window}])`;
  return `histogram_quantile(${quantile}, sum by (le, ${by}) (${buckets})) / 1000`;
}
