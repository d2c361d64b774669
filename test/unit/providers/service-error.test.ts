import assert from "node:assert/strict";
import rpc from "@pulumi/pulumi/proto/provider_pb.js";
import status from "@pulumi/pulumi/proto/status_pb.js";
import { InitFailed } from "../../../simulation/providers/plugin/protocol.ts";
import { serviceError } from "../../../simulation/providers/plugin/service-error.ts";
import { fromStruct, isSecret, secret } from "../../../simulation/providers/plugin/values.ts";

describe("a provider's errors", () => {
  it("carry the object's state to the engine when only its initialisation failed", () => {
    const failed = new InitFailed("not ready", {
      id: "n/a",
      properties: { a: 1, hidden: secret("s") },
      reasons: ["no pods"],
    });
    const error = serviceError(failed);
    const [details] = error.metadata.get("grpc-status-details-bin");
    const message = status.Status.deserializeBinary(details as Buffer);
    const detail = message
      .getDetailsList()[0]!
      .unpack(
        (bytes: Uint8Array) => rpc.ErrorResourceInitFailed.deserializeBinary(bytes),
        "pulumirpc.ErrorResourceInitFailed",
      )!;
    assert.equal(detail.getId(), "n/a");
    assert.deepEqual(detail.getReasonsList(), ["not ready", "no pods"]);
    const properties = fromStruct(detail.getProperties());
    assert.equal(properties.a, 1);
    assert.ok(isSecret(properties.hidden));
  });

  it("are plain otherwise", () => {
    const error = serviceError(new Error("no"));
    assert.equal(error.details, "no");
    assert.deepEqual(error.metadata.getMap(), {});
  });
});
