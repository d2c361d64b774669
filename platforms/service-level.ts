/** What the mesh measures of a server, as PromQL: its rate, errors and duration, seen from its own side. */
import type { Indicator, Measured } from "./model/index.ts";

export type { Measured } from "./model/index.ts";

const labels = ({ workload, namespaces }: Measured) =>
  `reporter="destination",destination_workload=~"${workload}",destination_workload_namespace=~"${namespaces.join("|")}"`;

const by = "destination_workload_namespace, destination_workload";

/** Requests per second. */
export function requestRate(measured: Measured, window: string): string {
  return `sum by (${by}) (rate(istio_requests_total{${labels(measured)}}[${window}]))`;
}

/** Share of requests that failed (5xx), from 0 to 1: 0 where none has ever failed, nothing where there are no requests. */
export function errorShare(measured: Measured, window: string): string {
  const all = requestRate(measured, window);
  return `(${failedRate(measured, window)} or ${all} * 0) / (${all} > 0)`;
}

/** Duration that so large a share of the requests stays below, in seconds. */
export function durationQuantile(measured: Measured, quantile: number, window: string): string {
  const buckets = `rate(istio_request_duration_milliseconds_bucket{${labels(measured)}}[${window}])`;
  return `histogram_quantile(${quantile}, sum by (le, ${by}) (${buckets})) / 1000`;
}

/** Bad requests per second; 0 where all are good, nothing where no server has been asked yet. */
export function badRequestRate(measured: Measured, indicator: Indicator, window: string): string {
  const all = requestRate(measured, window);
  switch (indicator.kind) {
    case "errors":
      return `${failedRate(measured, window)} or ${all} * 0`;
    case "latency": {
      // Between two of the mesh's buckets it counts as a quantile does: evenly. Without requests the share is no number.
      const milliseconds = indicator.seconds * 1000;
      const buckets = `sum by (le, ${by}) (rate(istio_request_duration_milliseconds_bucket{${labels(measured)}}[${window}]))`;
      return `((1 - histogram_fraction(0, ${milliseconds}, ${buckets})) * ${all}) >= 0 or ${all} * 0`;
    }
  }
}

function failedRate(measured: Measured, window: string): string {
  return `sum by (${by}) (rate(istio_requests_total{${labels(measured)},response_code=~"5.."}[${window}]))`;
}
