/** Errors, as the engine reads them. */
import grpc from "@grpc/grpc-js";
import errors from "@pulumi/pulumi/proto/errors_pb.js";
import rpc from "@pulumi/pulumi/proto/provider_pb.js";
import statuspb from "@pulumi/pulumi/proto/status_pb.js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import { InitFailed } from "./protocol.ts";
import { toStruct } from "./values.ts";

/**
 * An exception as a gRPC error. {@link InitFailed} carries the object's state in the trailing metadata
 * (`grpc-status-details-bin`, a `google.rpc.Status`), from where the engine takes it into its checkpoint.
 */
export function serviceError(error: unknown): grpc.ServiceError {
  const message = error instanceof Error ? error.message : String(error);
  const metadata = new grpc.Metadata();
  if (error instanceof InitFailed) {
    metadata.add("grpc-status-details-bin", Buffer.from(initFailed(error).serializeBinary()));
  }
  return Object.assign(new Error(message), { code: grpc.status.UNKNOWN, details: message, metadata });
}

function initFailed(error: InitFailed): statuspb.Status {
  const detail = new rpc.ErrorResourceInitFailed();
  detail.setId(error.id);
  detail.setProperties(toStruct(error.properties));
  detail.setReasonsList([...error.reasons]);
  if (error.inputs !== undefined) detail.setInputs(toStruct(error.inputs));

  const packed = new any.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const cause = new errors.ErrorCause();
  cause.setMessage(error.message);
  const packedCause = new any.Any();
  packedCause.pack(cause.serializeBinary(), "pulumirpc.ErrorCause");

  const status = new statuspb.Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(error.message);
  status.addDetails(packed);
  status.addDetails(packedCause);
  return status;
}
