/** Asks a Prometheus: one whose address the settings have, else the stack's own through the Kubernetes API. */
import { z } from "zod";
import { failure } from "../exit.ts";
import type { ServiceAddress, ThroughApi } from "../cluster/service-proxy.ts";
import type { Query, Sample } from "./triggers.ts";

const patience = 10_000;

/** The cluster's Prometheus (components/foundation/prometheus.ts). */
const ownPrometheus: ServiceAddress = {
  namespace: "platform-monitoring",
  service: "kube-prometheus-stack-prometheus",
  port: 9090,
};

const answer = z.looseObject({
  status: z.string(),
  error: z.string().optional(),
  data: z
    .looseObject({
      result: z.array(
        z.looseObject({
          metric: z.record(z.string(), z.string()),
          value: z.tuple([z.number(), z.string()]),
        }),
      ),
    })
    .optional(),
});

/** A Prometheus at an address. */
export function prometheusAt(address: string): Query {
  return async (promql) => {
    const response = await fetch(`${address}${pathOf(promql)}`, { signal: AbortSignal.timeout(patience) });
    return samplesIn(await response.text());
  };
}

/** The cluster's own. */
export function prometheusThrough(ask: ThroughApi): Query {
  return async (promql) => {
    const { status, body } = await ask(ownPrometheus, pathOf(promql));
    if (status >= 500) throw failure(`Prometheus answers ${status}.`);
    return samplesIn(body);
  };
}

function pathOf(promql: string): string {
  return `/api/v1/query?${new URLSearchParams({ query: promql }).toString()}`;
}

/** @throws where it is an error. */
function samplesIn(body: string): Sample[] {
  const { status, error, data } = answer.parse(JSON.parse(body));
  if (status !== "success" || data === undefined)
    throw failure(`Prometheus refuses the query: ${error ?? status}`);
  return data.result.map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }));
}
