/** How a service of the user's own reports its traces: OpenTelemetry's variables, which its libraries read themselves. */
import type { Environment } from "../config/index.ts";

/** OTLP (gRPC) of the cluster's collector. */
const collector = "http://otel-gateway.platform-monitoring:4317";

/**
 * The collector decides what is kept, when it has seen the whole trace: a service reports all that it is asked to, and
 * hands the trace on in the header that the mesh's proxies read and write, too (W3C `traceparent`).
 */
export function tracingEnvironment(
  service: string,
  environment: Environment,
): Readonly<Record<string, string>> {
  return {
    OTEL_SERVICE_NAME: service,
    OTEL_RESOURCE_ATTRIBUTES: `deployment.environment.name=${environment}`,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector,
    OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
    OTEL_PROPAGATORS: "tracecontext,baggage",
    OTEL_TRACES_SAMPLER: "parentbased_always_on",
    // Python's logging writes the numbers of trace and span into each line.
    OTEL_PYTHON_LOG_CORRELATION: "true",
  };
}
