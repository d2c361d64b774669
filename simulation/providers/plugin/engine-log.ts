/** Messages to the person at the terminal, through the engine. */
import grpc from "@grpc/grpc-js";
import enginegrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import enginepb from "@pulumi/pulumi/proto/engine_pb.js";

export type Severity = "debug" | "info" | "warning" | "error";

const severities = {
  debug: enginepb.LogSeverity.DEBUG,
  info: enginepb.LogSeverity.INFO,
  warning: enginepb.LogSeverity.WARNING,
  error: enginepb.LogSeverity.ERROR,
} as const satisfies Record<Severity, enginepb.LogSeverity>;

/** Where a provider's messages go. An empty `urn` speaks for the whole run. */
export interface EngineLog {
  /** A line that stays. */
  log(severity: Severity, message: string, urn?: string): void;
  /** A line that the next one overwrites: progress. An empty message clears it. */
  status(severity: Severity, message: string, urn: string): void;
}

/**
 * Connects to the engine. Failing to deliver a message is no reason to fail the operation that it reports on, so
 * errors are dropped.
 */
export function engineLog(address: string): EngineLog {
  const client = new enginegrpc.EngineClient(address, grpc.credentials.createInsecure());
  const send = (severity: Severity, message: string, urn: string, ephemeral: boolean) => {
    const request = new enginepb.LogRequest();
    request.setSeverity(severities[severity]);
    request.setMessage(message);
    request.setUrn(urn);
    request.setEphemeral(ephemeral);
    client.log(request, () => undefined);
  };
  return {
    log: (severity, message, urn = "") => {
      send(severity, message, urn, false);
    },
    status: (severity, message, urn) => {
      send(severity, message, urn, true);
    },
  };
}
