/** The two collectors: one takes traces and hands them to Tempo, one on every node hands its logs to Loki. */
import type { AddOnDefinition } from "./definition.ts";
import { logCollectorValues } from "./log-collector.ts";
import { traceCollectorValues } from "./trace-collector.ts";

export const opentelemetry: AddOnDefinition = {
  values: (context) => ({
    "opentelemetry-gateway": traceCollectorValues(context),
    "opentelemetry-logs": logCollectorValues(context),
  }),
};
