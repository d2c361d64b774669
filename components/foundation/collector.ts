/** What both collectors have: the parts of the chart that nobody here uses left out, and metrics of their own. */
import type { Values } from "../../config/catalog/mirror.ts";

/** A collector's configuration, laid over the chart's own; `null` takes a part of that away. */
export type CollectorConfiguration = Values;

const unused = ["jaeger-compact", "jaeger-thrift", "jaeger-grpc", "zipkin"] as const;

/** Ports that the chart opens and nobody here uses. */
export const noOtherPorts: Values = Object.fromEntries(unused.map((port) => [port, { enabled: false }]));
export const noOtherReceivers = { jaeger: null, zipkin: null, prometheus: null } as const;

/** Its own metrics on 8888, for the pod monitor. */
export const ownMetrics: Values = {
  metrics: {
    readers: [{ pull: { exporter: { prometheus: { host: "${env:MY_POD_IP}", port: 8888 } } } }],
  },
};
