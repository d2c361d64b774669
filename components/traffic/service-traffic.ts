/** How the mesh treats calls to a Service: DestinationRules. */
import { DestinationRule } from "@kubernetes-models/istio/networking.istio.io/v1/DestinationRule";
import type { TrafficSpec } from "../../platforms/model/index.ts";
import type { Labels } from "../labels.ts";
import { serviceHost } from "./service-host.ts";

interface Metadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
}

const algorithms = {
  "round-robin": "ROUND_ROBIN",
  "least-request": "LEAST_REQUEST",
  random: "RANDOM",
} as const satisfies Record<TrafficSpec["loadBalancing"], string>;

/**
 * Load balancing, connection pools and circuit breaker of a Service.
 *
 * @param meshed whether its pods have the mesh's sidecar: only then callers speak mutual TLS to them.
 */
export function serviceTraffic(
  service: string,
  traffic: TrafficSpec,
  metadata: Metadata,
  meshed: boolean,
): DestinationRule {
  const { loadBalancing, maxConnections, maxPendingRequests, outliers } = traffic;
  return new DestinationRule({
    metadata: { ...metadata, labels: { ...metadata.labels } },
    spec: {
      host: serviceHost(service, metadata.namespace),
      trafficPolicy: {
        loadBalancer: { simple: algorithms[loadBalancing] },
        connectionPool: {
          tcp: { maxConnections },
          http: { http1MaxPendingRequests: maxPendingRequests },
        },
        ...(outliers === undefined
          ? {}
          : {
              outlierDetection: {
                consecutive5xxErrors: outliers.consecutiveErrors,
                interval: `${outliers.intervalSeconds}s`,
                baseEjectionTime: `${outliers.ejectionSeconds}s`,
                maxEjectionPercent: outliers.maxEjectionPercent,
              },
            }),
        ...(meshed ? { tls: { mode: "ISTIO_MUTUAL" } } : {}),
      },
    },
  });
}

/** A Service outside the mesh that speaks TLS with a certificate of its own making. */
export function serviceSpeaksTls(service: string, port: number, metadata: Metadata): DestinationRule {
  return new DestinationRule({
    metadata: { ...metadata, labels: { ...metadata.labels } },
    spec: {
      host: serviceHost(service, metadata.namespace),
      trafficPolicy: {
        portLevelSettings: [{ port: { number: port }, tls: { mode: "SIMPLE", insecureSkipVerify: true } }],
      },
    },
  });
}
