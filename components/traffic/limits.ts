/** How much a host takes: filters in the part of the gateway that serves this host alone, found by its TLS name. */
import { EnvoyFilter } from "@kubernetes-models/istio/networking.istio.io/v1alpha3/EnvoyFilter";
import { bytesOf, type GatewaySpec, type RouteAccess, type RouteSpec } from "../../platforms/model/index.ts";
import type { Owner } from "../labels.ts";
import { attachedToGateway, gatewayPods, nameOfHost } from "./gateway.ts";

type Patch = NonNullable<NonNullable<NonNullable<EnvoyFilter["spec"]>["configPatches"]>[number]>;

/** 64 MiB: four such requests at once fill a quarter of a gateway replica's limit in production. */
const largestBody = 64 * 2 ** 20;

/**
 * The filters of a host, nothing where it has no limits.
 *
 * The rate limit counts in each replica of the gateway by itself, with nothing shared between them. Each gets the
 * host's rate divided by the fewest replicas, rounded up: with that many replicas the whole comes to the rate, and
 * while the autoscaler runs more of them the host takes proportionally more. Requests beyond it get 429, before
 * login and all else.
 *
 * The limit on bodies holds a request back until its body is whole, and answers 413 where it is larger.
 *
 * @throws where a body may be larger than a gateway should hold in memory.
 */
export function hostLimits(spec: RouteSpec, owner: Owner, gateway: GatewaySpec): EnvoyFilter | undefined {
  const { rateLimit, maxBody } = spec.access ?? {};
  const configPatches = [
    ...(rateLimit === undefined ? [] : [rateLimitFilter(spec.host, rateLimit, gateway)]),
    ...(maxBody === undefined ? [] : [bodyFilter(spec, maxBody)]),
  ];
  return configPatches.length === 0
    ? undefined
    : new EnvoyFilter({
        metadata: attachedToGateway(nameOfHost(spec.host), owner),
        spec: { workloadSelector: { labels: { ...gatewayPods } }, configPatches },
      });
}

function rateLimitFilter(
  host: string,
  { requestsPerSecond, burst }: NonNullable<RouteAccess["rateLimit"]>,
  { minReplicas }: GatewaySpec,
): Patch {
  const share = (amount: number) => Math.ceil(amount / minReplicas);
  const always = (key: string) => ({
    runtime_key: key,
    default_value: { numerator: 100, denominator: "HUNDRED" },
  });
  return filter(host, "INSERT_FIRST", "envoy.filters.http.local_ratelimit", {
    "@type": "type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
    stat_prefix: "http_local_rate_limiter",
    token_bucket: {
      // A bucket smaller than what flows in each second would lower the rate.
      max_tokens: share(Math.max(burst ?? 0, requestsPerSecond)),
      tokens_per_fill: share(requestsPerSecond),
      fill_interval: "1s",
    },
    filter_enabled: always("local_rate_limit_enabled"),
    filter_enforced: always("local_rate_limit_enforced"),
  });
}

function bodyFilter({ name, host }: RouteSpec, maxBody: string): Patch {
  const bytes = bytesOf(maxBody);
  if (bytes > largestBody) {
    throw new Error(
      `route "${name}" takes bodies of ${maxBody}, which the gateway would hold in memory; at most 64Mi, or no ` +
        "`maxBody` for bodies that are passed on as they come",
    );
  }
  // After login and authorization, which come without a body: nobody else's is held.
  return filter(host, "INSERT_BEFORE", "envoy.filters.http.buffer", {
    "@type": "type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer",
    max_request_bytes: bytes,
  });
}

function filter(
  sni: string,
  operation: "INSERT_FIRST" | "INSERT_BEFORE",
  name: string,
  config: Record<string, unknown>,
): Patch {
  const manager = "envoy.filters.network.http_connection_manager";
  const router = operation === "INSERT_BEFORE" ? { subFilter: { name: "envoy.filters.http.router" } } : {};
  return {
    applyTo: "HTTP_FILTER",
    match: { context: "GATEWAY", listener: { filterChain: { sni, filter: { name: manager, ...router } } } },
    patch: { operation, value: { name, typed_config: config } },
  };
}
